package io.codeb.alert;

import io.codeb.model.CheckReturnValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What is told, to whom and how often. When a project counts as late, the project says: {@code maxBackupAge}.
 * Immutable; each word answers a changed copy.
 */
@CheckReturnValue
public final class Alerts {
    private static final Alerts NONE = new Alerts(
            List.of(),
            Locale.ENGLISH,
            Duration.ofHours(24),
            20,
            Duration.ofHours(1),
            3,
            List.of(),
            Duration.ofDays(21));

    private final List<AlertRoute> routes;
    private final Locale locale;
    private final Duration remindAfter;
    private final int mostPerHour;
    private final Duration giveUpAfter;
    private final int roomForBackups;
    private final List<Path> certificates;
    private final Duration beforeExpiry;

    private Alerts(
            List<AlertRoute> routes,
            Locale locale,
            Duration remindAfter,
            int mostPerHour,
            Duration giveUpAfter,
            int roomForBackups,
            List<Path> certificates,
            Duration beforeExpiry) {
        this.routes = routes;
        this.locale = locale;
        this.remindAfter = remindAfter;
        this.mostPerHour = mostPerHour;
        this.giveUpAfter = giveUpAfter;
        this.roomForBackups = roomForBackups;
        this.certificates = certificates;
        this.beforeExpiry = beforeExpiry;
    }

    /**
     * The defaults.
     *
     * @return tells nobody
     */
    public static Alerts none() {
        return NONE;
    }

    private static <T> List<T> plus(List<T> list, T more) {
        List<T> changed = new ArrayList<>(list);
        changed.add(more);
        return List.copyOf(changed);
    }

    private static Duration positive(Duration time, String what) {
        if (Objects.requireNonNull(time, "time").isNegative() || time.isZero()) {
            throw new IllegalArgumentException(what + " must be more than zero, and is " + time);
        }
        return time;
    }

    private static int between(int number, int least, int most, String what) {
        if (number < least || number > most) {
            throw new IllegalArgumentException(what + " must be from " + least + " to " + most + ", and is " + number);
        }
        return number;
    }

    /**
     * Adds a channel.
     *
     * @param route where to, and what
     * @return a changed copy
     */
    public Alerts to(AlertRoute route) {
        return new Alerts(
                plus(routes, Objects.requireNonNull(route, "route")),
                locale,
                remindAfter,
                mostPerHour,
                giveUpAfter,
                roomForBackups,
                certificates,
                beforeExpiry);
    }

    /**
     * Sets the language of alerts.
     *
     * @param language Korean where it says so, else English
     * @return a changed copy
     */
    public Alerts in(Locale language) {
        return new Alerts(
                routes,
                Objects.requireNonNull(language, "language"),
                remindAfter,
                mostPerHour,
                giveUpAfter,
                roomForBackups,
                certificates,
                beforeExpiry);
    }

    /**
     * Sets after which time something is told again that lasts.
     *
     * @param time a day unless said otherwise; more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public Alerts remindingAfter(Duration time) {
        return new Alerts(
                routes,
                locale,
                positive(time, "the time between reminders"),
                mostPerHour,
                giveUpAfter,
                roomForBackups,
                certificates,
                beforeExpiry);
    }

    /**
     * Sets how many alerts one channel gets in an hour. What is more is logged and counted, and the next alert
     * that goes there says how many. That something is over is always told.
     *
     * @param alerts 1 to 1,000; 20 unless said otherwise
     * @return a changed copy
     * @throws IllegalArgumentException when it is not within that
     */
    public Alerts mostPerHour(int alerts) {
        return new Alerts(
                routes,
                locale,
                remindAfter,
                between(alerts, 1, 1_000, "the number of alerts in an hour"),
                giveUpAfter,
                roomForBackups,
                certificates,
                beforeExpiry);
    }

    /**
     * Sets for how long an alert is tried again that is not delivered.
     *
     * @param time an hour unless said otherwise; more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public Alerts givingUpAfter(Duration time) {
        return new Alerts(
                routes,
                locale,
                remindAfter,
                mostPerHour,
                positive(time, "the time of trying"),
                roomForBackups,
                certificates,
                beforeExpiry);
    }

    /**
     * Sets for how many backups more, each as large as the last ones, there must be room in a storage that tells how
     * much it has.
     *
     * @param backups 0 for no such alert, to 1,000; 3 unless said otherwise
     * @return a changed copy
     * @throws IllegalArgumentException when it is not within that
     */
    public Alerts roomFor(int backups) {
        return new Alerts(
                routes,
                locale,
                remindAfter,
                mostPerHour,
                giveUpAfter,
                between(backups, 0, 1_000, "the number of backups"),
                certificates,
                beforeExpiry);
    }

    /**
     * Adds certificates that are looked at, such as those of a container service or a store.
     *
     * @param pem a file with X.509 certificates in the form PEM, of at most 1 MiB
     * @return a changed copy
     */
    public Alerts certificate(Path pem) {
        return new Alerts(
                routes,
                locale,
                remindAfter,
                mostPerHour,
                giveUpAfter,
                roomForBackups,
                plus(certificates, Objects.requireNonNull(pem, "pem")),
                beforeExpiry);
    }

    /**
     * Sets how long before a certificate runs out that is told.
     *
     * @param time 21 days unless said otherwise; more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public Alerts beforeExpiry(Duration time) {
        return new Alerts(
                routes,
                locale,
                remindAfter,
                mostPerHour,
                giveUpAfter,
                roomForBackups,
                certificates,
                positive(time, "the time before expiry"));
    }

    /**
     * The channels.
     *
     * @return in the order of their adding
     */
    public List<AlertRoute> routes() {
        return routes;
    }

    /**
     * The language of alerts.
     *
     * @return as it was set
     */
    public Locale locale() {
        return locale;
    }

    /**
     * After which time something is told again.
     *
     * @return more than zero
     */
    public Duration remindAfter() {
        return remindAfter;
    }

    /**
     * How many alerts a channel gets in an hour.
     *
     * @return 1 to 1,000
     */
    public int mostPerHour() {
        return mostPerHour;
    }

    /**
     * For how long an alert is tried.
     *
     * @return more than zero
     */
    public Duration giveUpAfter() {
        return giveUpAfter;
    }

    /**
     * For how many backups there must be room.
     *
     * @return 0 for no such alert
     */
    public int roomForBackups() {
        return roomForBackups;
    }

    /**
     * The certificates that are looked at.
     *
     * @return files
     */
    public List<Path> certificates() {
        return certificates;
    }

    /**
     * How long before its end a certificate is told of.
     *
     * @return more than zero
     */
    public Duration beforeExpiry() {
        return beforeExpiry;
    }

    /** Shows no address and no secret. */
    @Override
    public String toString() {
        return "Alerts[" + routes + ", " + locale + "]";
    }
}
