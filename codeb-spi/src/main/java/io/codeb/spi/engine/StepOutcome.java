package io.codeb.spi.engine;

/** What became of the step after which a restore is done. */
public enum StepOutcome {
    /** It was done: the server has what was restored. */
    DONE,
    /** It was not done, and never will be: the server has what it had before. */
    NOT_DONE,
    /** Nobody has ended it yet: it can still be done. */
    GOES_ON,
    /** The server cannot tell: it is another one than it was, or has forgotten. */
    UNKNOWN
}
