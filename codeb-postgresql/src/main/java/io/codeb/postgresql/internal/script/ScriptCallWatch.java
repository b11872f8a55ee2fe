package io.codeb.postgresql.internal.script;

import io.codeb.model.Reach;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Watches tokens for the first call of a function that reaches beyond the database. */
final class ScriptCallWatch {
    private @Nullable BoundedText name;
    private @Nullable Reach reach;
    private String called = "";

    void clear() {
        name = null;
        reach = null;
    }

    /** Takes a name, with or without quotes; it must stay as it is until the next token comes. */
    void name(BoundedText text) {
        name = text;
    }

    /** Takes any other token. */
    void other() {
        name = null;
    }

    /** Takes an opening parenthesis. */
    void parenthesis() {
        if (name != null && reach == null) {
            reach = ScriptCalls.ofFunction(name);
            if (reach != null) {
                called = name.decodeFolded(StandardCharsets.ISO_8859_1);
            }
        }
        name = null;
    }

    /** What is reached; null for nothing. */
    @Nullable
    Reach reach() {
        return reach;
    }

    /** Which function reaches it. */
    String called() {
        return called;
    }
}
