package io.codeb.model;

import java.util.Objects;
import java.util.Optional;

/**
 * A database as its server's own catalog knows it, without a look inside. Begin with {@link #of}, so that a component
 * that joins later changes nothing for you.
 *
 * @param name its name
 * @param owner who owns it; empty where the engine has no such thing
 * @param kind whose it is
 * @param run the id of the run that has made or replaced it; there for {@link Kind#SHADOW} and {@link Kind#RETIRED}
 * @param sizeBytes on the server's disk; -1 when the user may not know
 * @param encoding of its texts; empty where the engine has no such thing
 * @param locale by which its texts are sorted; empty where the engine has no such thing
 * @param template whether others are made from it
 * @param acceptsConnections whether anybody may connect to it at all
 * @param sessions how many clients are connected to it, without the one that has looked
 */
@CheckReturnValue
public record ServerDatabase(
        String name,
        String owner,
        Kind kind,
        Optional<String> run,
        long sizeBytes,
        String encoding,
        String locale,
        boolean template,
        boolean acceptsConnections,
        int sessions) {
    /** Whose a database is. */
    public enum Kind {
        /** An application's, or somebody's. */
        ORDINARY,
        /** The server's own, which it comes with. */
        SYSTEM,
        /** Of a run that fills it, to put it into another one's place. */
        SHADOW,
        /** Put out of its place by a run, which drops it in its end or keeps it for a time. */
        RETIRED
    }

    /** Takes no null. */
    public ServerDatabase {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(encoding, "encoding");
        Objects.requireNonNull(locale, "locale");
    }

    /**
     * An ordinary database of unknown size, to which anybody may connect and nobody has.
     *
     * @param name its name
     * @param owner who owns it; empty where the engine has no such thing
     * @return to be changed
     */
    public static ServerDatabase of(String name, String owner) {
        return new ServerDatabase(name, owner, Kind.ORDINARY, Optional.empty(), -1, "", "", false, true, 0);
    }

    /**
     * Says that it is the server's own.
     *
     * @return a changed copy
     */
    public ServerDatabase ofSystem() {
        return new ServerDatabase(
                name,
                owner,
                Kind.SYSTEM,
                Optional.empty(),
                sizeBytes,
                encoding,
                locale,
                template,
                acceptsConnections,
                sessions);
    }

    /**
     * Says that a run has made or replaced it.
     *
     * @param as {@link Kind#SHADOW} or {@link Kind#RETIRED}
     * @param id the run's
     * @return a changed copy
     */
    public ServerDatabase ofRun(Kind as, String id) {
        return new ServerDatabase(
                name, owner, as, Optional.of(id), sizeBytes, encoding, locale, template, acceptsConnections, sessions);
    }

    /**
     * Says how large it is.
     *
     * @param bytes on the server's disk; -1 when the user may not know
     * @return a changed copy
     */
    public ServerDatabase withSize(long bytes) {
        return new ServerDatabase(
                name, owner, kind, run, bytes, encoding, locale, template, acceptsConnections, sessions);
    }

    /**
     * Says how its texts are kept and sorted.
     *
     * @param textEncoding for example {@code UTF8}
     * @param textLocale for example {@code ko_KR.UTF-8}
     * @return a changed copy
     */
    public ServerDatabase withText(String textEncoding, String textLocale) {
        return new ServerDatabase(
                name, owner, kind, run, sizeBytes, textEncoding, textLocale, template, acceptsConnections, sessions);
    }

    /**
     * Says who may connect and who has.
     *
     * @param isTemplate whether others are made from it
     * @param open whether anybody may connect to it at all
     * @param connected how many clients are, without the one that has looked
     * @return a changed copy
     */
    public ServerDatabase withAccess(boolean isTemplate, boolean open, int connected) {
        return new ServerDatabase(name, owner, kind, run, sizeBytes, encoding, locale, isTemplate, open, connected);
    }
}
