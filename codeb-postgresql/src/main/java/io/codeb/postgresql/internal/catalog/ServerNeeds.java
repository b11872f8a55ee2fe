package io.codeb.postgresql.internal.catalog;

import java.util.List;

/**
 * What a server must have before a dump can be loaded on it: the dump names these things and does not make them.
 *
 * @param owners roles that own something in the dump
 * @param grantees roles that were granted something in it, or have granted it, or whose default privileges are in it
 * @param otherRoles roles that it names for another reason: in policies of tables, in user mappings of foreign servers
 * @param tablespaces where something in it was, without the server's own two
 * @param extensions what it installs, with the versions that were installed; the target's may be others
 */
public record ServerNeeds(
        List<String> owners,
        List<String> grantees,
        List<String> otherRoles,
        List<String> tablespaces,
        List<Extension> extensions) {
    /** Nothing. */
    public static final ServerNeeds NONE = new ServerNeeds(List.of(), List.of(), List.of(), List.of(), List.of());

    /** Copies the lists. */
    public ServerNeeds {
        owners = List.copyOf(owners);
        grantees = List.copyOf(grantees);
        otherRoles = List.copyOf(otherRoles);
        tablespaces = List.copyOf(tablespaces);
        extensions = List.copyOf(extensions);
    }
}
