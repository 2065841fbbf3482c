/** Types of the modules that the build makes. */
declare module '*.tex' {
  const Formula: () => import('preact').VNode;
  export default Formula;
}
