import type { ServiceName } from "../cloud.js";
import type { Refusal } from "./signature.js";

/** One call as it came over the wire. */
export interface WireCall {
  service: ServiceName;
  operation: string;
  input: unknown;
}

export interface WireAnswer {
  status: number;
  contentType: string;
  headers: Record<string, string>;
  body: string;
}

/** One of AWS's wire protocols: how it names an operation, and how it writes answers and errors. */
export interface Protocol {
  /** The operation as the request names it. */
  asked: string;
  /** The code of an operation that is not there. */
  unknown: string;
  /** Code and status for requests that are not signed as they must be. */
  credentials: Readonly<Record<Refusal, readonly [code: string, status: number]>>;
  read(): WireCall | undefined;
  result(call: WireCall, output: unknown, requestId: string): WireAnswer;
  failure(
    error: { code: string; message: string; status: number },
    requestId: string,
    call?: WireCall,
  ): WireAnswer;
}
