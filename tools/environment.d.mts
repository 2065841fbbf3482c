/** Types of environment.mjs, which is plain JavaScript because it runs before anything is installed. */
export declare const root: string;
export declare function ensurePackages(): void;
export declare function findBrowser(): string | undefined;
export declare function ensureBrowser(): string;
export declare function dawnEnvironment(): Readonly<Record<string, string>>;
export declare function ensurePeers(): void;
export declare function ensureApiPages(): void;
