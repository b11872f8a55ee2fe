package io.codeb.spi.engine;

import io.codeb.model.CheckReturnValue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A database to make. Begin with {@link #of}, so that a component that joins later changes nothing for you.
 *
 * @param name its name
 * @param owner who is to own it; null for the user of the target
 * @param encoding of its texts, as the engine names it; null for the server's default
 * @param locale by which its texts are sorted, as the server names it; null for the server's default
 * @param template the database that it is a copy of; null for an empty one
 * @param timeout how long the server may take
 */
@CheckReturnValue
public record CreateSpec(
        String name,
        @Nullable String owner,
        @Nullable String encoding,
        @Nullable String locale,
        @Nullable String template,
        Duration timeout) {
    /** Takes more than no time. */
    public CreateSpec {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("to make a database takes more than no time, not " + timeout);
        }
    }

    /**
     * An empty database of the target's user, as the server makes them.
     *
     * @param name its name
     * @param timeout how long the server may take, more than zero
     * @return to be changed
     */
    public static CreateSpec of(String name, Duration timeout) {
        return new CreateSpec(name, null, null, null, null, timeout);
    }

    /**
     * Says whose it is to be.
     *
     * @param role its owner; null for the user of the target
     * @return a changed copy
     */
    public CreateSpec withOwner(@Nullable String role) {
        return new CreateSpec(name, role, encoding, locale, template, timeout);
    }

    /**
     * Says how its texts are kept and sorted.
     *
     * @param textEncoding as the engine names it; null for the server's default
     * @param textLocale as the server names it; null for the server's default
     * @return a changed copy
     */
    public CreateSpec withText(@Nullable String textEncoding, @Nullable String textLocale) {
        return new CreateSpec(name, owner, textEncoding, textLocale, template, timeout);
    }

    /**
     * Says what it is to be a copy of.
     *
     * @param database a database of the same server; null for an empty one
     * @return a changed copy
     */
    public CreateSpec withTemplate(@Nullable String database) {
        return new CreateSpec(name, owner, encoding, locale, database, timeout);
    }

    /**
     * Says how long the server may take.
     *
     * @param limit more than zero
     * @return a changed copy
     */
    public CreateSpec withTimeout(Duration limit) {
        return new CreateSpec(name, owner, encoding, locale, template, limit);
    }
}
