package io.codeb.spi.engine;

import io.codeb.model.Cancellation;
import io.codeb.model.ReplacedDatabase;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an engine can do beside its duty when a database that a restore replaces can be kept, and put back in seconds
 * whatever its size. Stateless and thread-safe.
 *
 * <p>What is kept and until when is known where the databases are: nothing but the server is asked.
 */
public interface Replacements {
    /**
     * Lists what is kept.
     *
     * @param server which server
     * @param cancellation ends it early
     * @return the latest first
     */
    List<ReplacedDatabase> list(ServerTarget server, Cancellation cancellation);

    /**
     * Puts a database back that was replaced. What has its name now is kept in its turn: both change their names, or
     * neither does.
     *
     * @param target the name that it is to have again
     * @param keptAs which one, whoever owns it; null for the latest that was replaced under that name and belongs to
     *     the owner of what has the name now, to the user, or to a superuser
     * @param keep for how long what is live now is kept, more than zero
     * @param cancellation ends it early
     * @return what was done
     * @throws io.codeb.error.EngineException {@code DATABASE_NOT_FOUND} when nothing is kept; {@code PERMISSION_DENIED}
     *     when sessions use either and cannot be ended, or when what is kept belongs to somebody else
     */
    RollbackFacts rollBack(DatabaseTarget target, @Nullable String keptAs, Duration keep, Cancellation cancellation);

    /**
     * Tells what {@link #rollBack} would put back, and how many rows the tables have in both. Changes nothing.
     *
     * @param target the name that it would have again
     * @param keptAs which one, as there
     * @param cancellation ends it early
     * @return what would be put back
     * @throws io.codeb.error.EngineException {@code DATABASE_NOT_FOUND} when nothing is kept, or there is nothing to
     *     compare it with; {@code PERMISSION_DENIED} when the user may not read a table, or when what is kept belongs
     *     to somebody else
     */
    RollbackCheck compare(DatabaseTarget target, @Nullable String keptAs, Cancellation cancellation);
}
