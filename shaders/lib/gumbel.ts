/**
 * Standard Gumbel noise -log(-log(u)) from random bits, u = (23 bits and a half) / 2^23: never 0 and never 1.
 * Near 1, where log(u) may be as small as 2^-24 and WGSL's logarithm errs by 2^-21, it is computed by the
 * series of log(1 - v): the largest draws decide what is sampled.
 */
export const gumbelNoise = `fn gumbel_noise(bits: u32) -> f32 {
  let v = (f32(0x7fffffu - (bits >> 9u)) + 0.5) / 8388608.0;
  let series = v * (1.0 + v * (0.5 + v * (1.0 / 3.0 + v * (0.25 + v * (0.2 + v / 6.0)))));
  return -log(select(-log(1.0 - v), series, v < 0.0625));
}`;
