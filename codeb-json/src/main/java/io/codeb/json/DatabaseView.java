package io.codeb.json;

import io.codeb.model.ServerDatabase;

/**
 * A database of a server.
 *
 * @param name its name
 * @param owner whose
 * @param kind what it is to CodeB and to its server
 * @param sizeBytes what it takes on the server's disk; -1 where nobody may know
 * @param encoding of its texts
 * @param locale of its order
 * @param sessions how many are connected
 */
public record DatabaseView(
        String name, String owner, String kind, long sizeBytes, String encoding, String locale, int sessions) {
    /**
     * Makes it of what the library answers.
     *
     * @param database as the library has it
     * @return the same as JSON has it
     */
    public static DatabaseView of(ServerDatabase database) {
        return new DatabaseView(
                database.name(),
                database.owner(),
                database.kind().name(),
                database.sizeBytes(),
                database.encoding(),
                database.locale(),
                database.sessions());
    }
}
