/** The integration's own app, as the environment was told to reach it. */
export type App = { readonly url: string; readonly functionKey: string };

/** Undefined until it is known: the app starts after the stand-ins. */
export type CurrentApp = () => App | undefined;
