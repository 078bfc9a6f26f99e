/// <reference lib="esnext.disposable" />

// What every object has. It exists as a type only, so the package does not export it.

/** What every object has: it can be closed. Without that the garbage collector frees it, at some time. */
export declare abstract class Closable {
  /** Frees what the object holds, at once. Closing twice is fine; using it afterwards is a `TypeError`, `ERR_JETON_CLOSED`. */
  close(): void
  /** As {@link close}, for `using`; where the runtime has `Symbol.dispose`. */
  [Symbol.dispose](): void
}
