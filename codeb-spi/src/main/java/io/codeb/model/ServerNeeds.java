package io.codeb.model;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

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

    /**
     * Both together.
     *
     * @param other what is needed too
     * @return each name once, in order
     */
    public ServerNeeds plus(ServerNeeds other) {
        return new ServerNeeds(
                union(other, ServerNeeds::owners),
                union(other, ServerNeeds::grantees),
                union(other, ServerNeeds::otherRoles),
                union(other, ServerNeeds::tablespaces),
                extensions.isEmpty() ? other.extensions : extensions);
    }

    private List<String> union(ServerNeeds other, Function<ServerNeeds, Collection<String>> names) {
        TreeSet<String> all = new TreeSet<>(names.apply(this));
        all.addAll(names.apply(other));
        return List.copyOf(all);
    }
}
