package io.codeb.alert;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import io.codeb.spi.alert.AlertKind;
import io.codeb.spi.provider.ProviderConfig;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A channel, and which alerts go there: all kinds of all projects but {@link AlertKind#BACKUP_MADE} unless it says
 * otherwise. Immutable; each word answers a changed copy. Addresses are secrets, since whoever has one can write there.
 */
@CheckReturnValue
public final class AlertRoute {
    private final ProviderConfig channel;
    private final Set<AlertKind> kinds;
    private final Set<String> projects;

    private AlertRoute(ProviderConfig channel, Set<AlertKind> kinds, Set<String> projects) {
        this.channel = channel;
        this.kinds = kinds;
        this.projects = projects;
    }

    /**
     * A channel of any kind.
     *
     * @param channel its kind, as its provider is called, and what it is to know
     * @return the route
     */
    public static AlertRoute to(ProviderConfig channel) {
        EnumSet<AlertKind> kinds = EnumSet.allOf(AlertKind.class);
        kinds.remove(AlertKind.BACKUP_MADE);
        return new AlertRoute(Objects.requireNonNull(channel, "channel"), Collections.unmodifiableSet(kinds), Set.of());
    }

    /**
     * The application's log, by the logger {@code io.codeb.alert}.
     *
     * @return the route
     */
    public static AlertRoute log() {
        return to(ProviderConfig.of("log"));
    }

    /**
     * A channel of Slack, by an incoming webhook.
     *
     * @param url its address, {@code https://hooks.slack.com/services/…}
     * @return the route
     */
    public static AlertRoute slack(Secret url) {
        return to(ProviderConfig.of("slack").withSecret("url", Objects.requireNonNull(url, "url")));
    }

    /**
     * A program that takes JSON by HTTP POST.
     *
     * @param url its address
     * @param key signs each request with HMAC-SHA256; receiver and sender know it
     * @return the route
     */
    public static AlertRoute webhook(Secret url, Secret key) {
        return to(ProviderConfig.of("webhook")
                .withSecret("url", Objects.requireNonNull(url, "url"))
                .withSecret("key", Objects.requireNonNull(key, "key")));
    }

    /**
     * A dead man's switch: it is asked for by HTTP GET after each good backup, and calls for help itself when it was
     * not. Say with {@link #forProjects} whose backups it waits for.
     *
     * @param url its address
     * @return the route
     */
    public static AlertRoute heartbeat(Secret url) {
        return to(ProviderConfig.of("heartbeat").withSecret("url", Objects.requireNonNull(url, "url")))
                .only(AlertKind.BACKUP_MADE);
    }

    /**
     * Sets an option of the channel.
     *
     * @param name as its provider has it
     * @param value no secret
     * @return a changed copy
     */
    public AlertRoute option(String name, String value) {
        return new AlertRoute(
                channel.withOption(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value")),
                kinds,
                projects);
    }

    /**
     * Hands a secret to the channel.
     *
     * @param name as its provider has it
     * @param secret read at each use
     * @return a changed copy
     */
    public AlertRoute secret(String name, Secret secret) {
        return new AlertRoute(
                channel.withSecret(Objects.requireNonNull(name, "name"), Objects.requireNonNull(secret, "secret")),
                kinds,
                projects);
    }

    /**
     * Lets these kinds go there and no others.
     *
     * @param some at least one
     * @return a changed copy
     * @throws IllegalArgumentException when it is none
     */
    public AlertRoute only(AlertKind... some) {
        if (Objects.requireNonNull(some, "some").length == 0) {
            throw new IllegalArgumentException("a route is for one kind of alerts at least");
        }
        return new AlertRoute(channel, Collections.unmodifiableSet(EnumSet.copyOf(List.of(some))), projects);
    }

    /**
     * Lets the alerts of these projects go there, and those that are no project's own.
     *
     * @param names none for all projects
     * @return a changed copy
     */
    public AlertRoute forProjects(String... names) {
        return new AlertRoute(
                channel,
                kinds,
                Collections.unmodifiableSet(new TreeSet<>(List.of(Objects.requireNonNull(names, "names")))));
    }

    /**
     * The channel.
     *
     * @return what it is made from
     */
    public ProviderConfig channel() {
        return channel;
    }

    /**
     * What goes there.
     *
     * @return kinds of alerts
     */
    public Set<AlertKind> kinds() {
        return kinds;
    }

    /**
     * Whose alerts go there.
     *
     * @return names of projects; empty for all of them
     */
    public Set<String> projects() {
        return projects;
    }

    /**
     * Whether something goes there.
     *
     * @param kind of this kind
     * @param project of this project; empty for what is no project's own
     * @return true when it does
     */
    public boolean takes(AlertKind kind, String project) {
        Objects.requireNonNull(project, "project");
        return kinds.contains(Objects.requireNonNull(kind, "kind"))
                && (projects.isEmpty() || project.isEmpty() || projects.contains(project));
    }

    /** Equal when all is the same. */
    @Override
    public boolean equals(Object other) {
        return other instanceof AlertRoute route
                && route.channel.equals(channel)
                && route.kinds.equals(kinds)
                && route.projects.equals(projects);
    }

    @Override
    public int hashCode() {
        return Objects.hash(channel, kinds, projects);
    }

    /** Shows no address and no secret. */
    @Override
    public String toString() {
        return "AlertRoute[" + channel + ", kinds " + kinds + ", projects " + projects + "]";
    }
}
