/** A fault the peer is told about; `condition` is the AMQP symbol that clients map to an error code. */
export class AmqpError extends Error {
  override readonly name = "AmqpError";
  readonly condition: string;

  constructor(condition: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.condition = condition;
  }
}

/** The error as the peer sees it: anything that is not ours is a fault of the emulator itself. */
export function toAmqpError(error: unknown): AmqpError {
  if (error instanceof AmqpError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AmqpError("amqp:internal-error", message, { cause: error });
}
