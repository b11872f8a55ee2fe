package io.codeb.postgresql.internal.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How a statement begins, in the words of a synopsis: {@code a|b} is one of several words, {@code a?} may be missing,
 * {@code NAME} is a name, {@code ...} is anything up to what follows. Symbols stand for themselves.
 */
final class ScriptPattern {
    private static final String ANYTHING = "...";
    private static final String NAME = "NAME";

    private record Part(Set<String> words, boolean optional, boolean name, boolean anything) {}

    private final List<Part> parts = new ArrayList<>();

    ScriptPattern(String synopsis) {
        for (String part : synopsis.split(" ", -1)) {
            boolean optional = part.endsWith("?");
            String words = optional ? part.substring(0, part.length() - 1) : part;
            parts.add(new Part(Set.of(words.split("\\|", -1)), optional, words.equals(NAME), words.equals(ANYTHING)));
        }
    }

    /** The words that can be the first. */
    Set<String> firstWords() {
        return parts.get(0).words();
    }

    /**
     * Matches a statement.
     *
     * @return the index behind what matched, which is the last name's if the pattern ends in one; -1 for no match
     */
    int match(ScriptTokens statement) {
        return match(statement, 0, 0);
    }

    private int match(ScriptTokens statement, int part, int token) {
        if (part == parts.size()) {
            return token;
        }
        Part wanted = parts.get(part);
        if (wanted.anything()) {
            for (int from = token; from < statement.size(); from++) {
                int end = match(statement, part + 1, from);
                if (end >= 0) {
                    return end;
                }
            }
            return -1;
        }
        ScriptTokens.Token here = statement.at(token);
        boolean matches = here != null
                && (wanted.name()
                        ? here.isName()
                        : here.kind() != ScriptTokens.Kind.NAME
                                && wanted.words().contains(here.text()));
        int end = matches ? match(statement, part + 1, token + 1) : -1;
        return end < 0 && wanted.optional() ? match(statement, part + 1, token) : end;
    }
}
