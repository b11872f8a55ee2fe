package io.codeb.postgresql.internal.script;

import io.codeb.model.TableName;
import java.util.Map;
import java.util.Set;

/**
 * What a script says that will be there when it has run, besides tables and their rows.
 *
 * @param extensions that it makes
 * @param sequences where it sets each
 * @param largeObjects how many it makes
 * @param notValidated constraints that it makes without having rows checked that are there, by their own names
 */
public record ScriptPromises(
        Set<String> extensions, Map<TableName, Position> sequences, long largeObjects, Set<String> notValidated) {
    public ScriptPromises {
        extensions = Set.copyOf(extensions);
        sequences = Map.copyOf(sequences);
        notValidated = Set.copyOf(notValidated);
    }

    /**
     * Where a sequence stands.
     *
     * @param lastValue as the sequence has it
     * @param called whether that was given out
     */
    public record Position(long lastValue, boolean called) {}
}
