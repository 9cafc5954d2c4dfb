/** The app or its settings are wrong, so the host refuses to start. The message never holds a setting's value. */
export class StartUpError extends Error {
  override readonly name = "StartUpError";
}
