package io.codeb.postgresql.internal.script;

import io.codeb.model.TableName;
import io.codeb.postgresql.internal.script.ScriptPromises.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Gathers what statements promise, in the forms that pg_dump has for them. */
final class PromiseReader {
    private static final Pattern SETVAL = Pattern.compile(
            "select\\s+pg_catalog\\.setval\\('((?:[^']|'')+)', (-?[0-9]{1,19}), (true|false)\\)\\s*;?\\s*+",
            Pattern.CASE_INSENSITIVE);

    private final Map<TableName, Position> sequences = new LinkedHashMap<>();
    private final Set<String> notValidated = new LinkedHashSet<>();
    private long largeObjects;

    /**
     * Reads a statement that is run.
     *
     * @param whole whether it is all of it: what the rest says of a constraint, nobody knows
     */
    void read(ScriptTokens tokens, boolean whole) {
        if (tokens.isWord(0, "select") && tokens.isWord(1, "pg_catalog")) {
            if (tokens.isWord(3, "lo_create")) {
                largeObjects++;
            } else if (tokens.isWord(3, "setval")) {
                readPosition(tokens.source());
            }
        } else if (tokens.isWord(0, "alter") && (tokens.isWord(1, "table") || tokens.isWord(1, "domain"))) {
            readConstraint(tokens, whole);
        }
    }

    private void readPosition(String statement) {
        Matcher setval = SETVAL.matcher(statement);
        TableName sequence = setval.matches() ? name(setval.group(1).replace("''", "'")) : null;
        if (sequence != null) {
            sequences.put(
                    sequence,
                    new Position(
                            Long.parseLong(setval.group(2)), setval.group(3).equalsIgnoreCase("true")));
        }
    }

    /** A name with its schema, each in quotes where it needs them. */
    private static @Nullable TableName name(String qualified) {
        ByteBuffer text = ByteBuffer.wrap((qualified + ";").getBytes(StandardCharsets.UTF_8));
        ScriptTokens tokens = new ScriptTokens(text, true, StandardCharsets.UTF_8);
        ScriptTokens.Token schema = tokens.at(0);
        ScriptTokens.Token name = tokens.at(2);
        if (schema == null || !schema.isName() || !tokens.isSymbol(1, '.') || name == null || !name.isName()) {
            return null;
        }
        return new TableName(schema.text(), name.text());
    }

    private void readConstraint(ScriptTokens tokens, boolean whole) {
        int add = tokens.indexOf(2, "add", "constraint");
        ScriptTokens.Token name = add < 0 ? null : tokens.at(add + 2);
        if (name != null && name.isName() && (!whole || tokens.isCut() || tokens.endsWith("not", "valid"))) {
            notValidated.add(name.text());
        }
    }

    /**
     * What was promised so far.
     *
     * @param extensions those that the script makes
     */
    ScriptPromises promises(Set<String> extensions) {
        return new ScriptPromises(extensions, sequences, largeObjects, notValidated);
    }
}
