package io.codeb;

/** The facade. */
public final class CodeB {
    private CodeB() {}
}
