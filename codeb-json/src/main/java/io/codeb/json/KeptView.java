package io.codeb.json;

import io.codeb.model.ReplacedDatabase;
import java.time.Instant;

/**
 * A database that was replaced and is kept.
 *
 * @param database the name that it had
 * @param keptAs the name that it has now
 * @param replacedAt when it was replaced
 * @param keptUntil until when it can be brought back
 */
public record KeptView(String database, String keptAs, Instant replacedAt, Instant keptUntil) {
    /**
     * Makes it of what the library answers.
     *
     * @param kept as the library has it
     * @return the same as JSON has it
     */
    public static KeptView of(ReplacedDatabase kept) {
        return new KeptView(kept.database(), kept.keptAs(), kept.replacedAt(), kept.keptUntil());
    }
}
