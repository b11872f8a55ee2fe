package io.codeb.internal.alert;

import io.codeb.MirrorStatus;
import io.codeb.Project;
import io.codeb.alert.Alerts;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.event.RunListener;
import io.codeb.model.Cancellation;
import io.codeb.model.Manifest;
import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertKind;
import io.codeb.spi.io.TimedCancellation;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes alerts of what runs report, and of what is seen where somebody looks. Thread-safe; hears events on the thread
 * of a listener, so that no run waits for what it looks up.
 */
final class Watch implements RunListener {
    /** So many earlier backups tell what size is usual. */
    private static final int LEARNED_FROM = 14;

    /** What says that something with a key or a password is wrong, whatever was tried. */
    private static final Set<ErrorCode> KEYS = Set.of(
            ErrorCode.KEY_MISSING,
            ErrorCode.KEY_WRONG,
            ErrorCode.SIGNATURE_MISSING,
            ErrorCode.SIGNATURE_UNKNOWN,
            ErrorCode.SIGNATURE_WRONG,
            ErrorCode.SIGNATURE_FOREIGN,
            ErrorCode.AUTH_FAILED,
            ErrorCode.STORAGE_DENIED);

    private final Alerts alerts;
    private final Circumstances circumstances;
    private final Clock clock;
    private final Texts texts;
    private final Board board;
    private final Consumer<Alert> teller;

    Watch(Alerts alerts, Circumstances circumstances, Clock clock, Texts texts, Consumer<Alert> teller) {
        this.alerts = alerts;
        this.circumstances = circumstances;
        this.clock = clock;
        this.texts = texts;
        this.board = new Board(alerts.remindAfter());
        this.teller = teller;
    }

    private void raise(AlertKind kind, String project, String subject, Map<String, String> facts) {
        Topic topic = new Topic(kind, project, subject);
        Instant now = clock.instant();
        board.raise(topic, now, state -> texts.alert(topic, state, now, facts)).ifPresent(teller);
    }

    private void clear(AlertKind kind, String project, String subject) {
        Topic topic = new Topic(kind, project, subject);
        board.clear(topic, state -> texts.alert(topic, state, clock.instant(), Map.of()))
                .ifPresent(teller);
    }

    @Override
    public void on(Event event) {
        if (event instanceof Event.Failed failed && failed.code() != ErrorCode.CANCELLED) {
            onFailed(failed);
        } else if (event instanceof Event.Finished finished) {
            onFinished(finished);
        }
    }

    private void onFailed(Event.Failed failed) {
        String project = failed.run().project();
        Operation operation = failed.run().operation();
        Map<String, String> facts = Map.of(
                "code", failed.code().name(),
                "stage", failed.stage(),
                "message", failed.message(),
                "hint", failed.hint(),
                "run", failed.run().id());
        if (operation == Operation.BACKUP) {
            raise(AlertKind.BACKUP_FAILED, project, "", facts);
        } else if (operation == Operation.DRILL) {
            raise(AlertKind.DRILL_FAILED, project, "", facts);
        } else if (operation == Operation.PRUNE) {
            raise(AlertKind.PRUNE_FAILED, project, "", facts);
        }
        if (KEYS.contains(failed.code())) {
            raise(AlertKind.KEY_TROUBLE, project, operation.name(), facts);
        }
    }

    private void onFinished(Event.Finished finished) {
        String project = finished.run().project();
        Operation operation = finished.run().operation();
        clear(AlertKind.KEY_TROUBLE, project, operation.name());
        if (operation == Operation.DRILL) {
            clear(AlertKind.DRILL_FAILED, project, "");
        } else if (operation == Operation.PRUNE) {
            clear(AlertKind.PRUNE_FAILED, project, "");
        } else if (operation == Operation.BACKUP) {
            clear(AlertKind.BACKUP_FAILED, project, "");
            clear(AlertKind.BACKUP_LATE, project, "");
            Topic made = new Topic(AlertKind.BACKUP_MADE, project, "");
            teller.accept(texts.alert(
                    made,
                    Alert.State.RAISED,
                    finished.at(),
                    Map.of(
                            "bytes", Long.toString(finished.bytes()),
                            "stored-bytes", Long.toString(finished.storedBytes()))));
            lookAfterBackup(project);
        }
    }

    /** What a backup may have changed. */
    private void lookAfterBackup(String project) {
        telling(project, () -> {
            List<Manifest> newest = circumstances.newest(project, LEARNED_FROM + 1);
            lookAtSize(project, newest);
            lookAtRoom(project, newest);
            lookAtMirrors(project);
        });
    }

    /** Looks at all that no run tells. */
    List<Alert> check(Cancellation cancellation) {
        for (Project project : circumstances.projects()) {
            cancellation.throwIfCancelled();
            telling(project.name(), () -> {
                List<Manifest> newest = circumstances.newest(project.name(), LEARNED_FROM);
                lookAtAge(project, newest);
                lookAtRoom(project.name(), newest);
                lookAtMirrors(project.name());
                lookAtKeys(project.name(), newest);
            });
        }
        alerts.certificates().forEach(this::lookAtCertificates);
        return board.standing();
    }

    private void telling(String project, Runnable look) {
        try {
            look.run();
            clear(AlertKind.UNKNOWN_STATE, project, "");
        } catch (CancelledException e) {
            throw e;
        } catch (CodeBException e) {
            raise(AlertKind.UNKNOWN_STATE, project, "", facts(e));
        }
    }

    private void lookAtAge(Project project, List<Manifest> newest) {
        Duration most = project.maxBackupAge();
        if (most.isZero()) {
            return;
        }
        Instant now = clock.instant();
        boolean late = newest.isEmpty()
                || Duration.between(newest.get(0).finishedAt(), now).compareTo(most) > 0;
        if (late) {
            String last = newest.isEmpty()
                    ? "-"
                    : newest.get(0).finishedAt().truncatedTo(ChronoUnit.SECONDS).toString();
            raise(AlertKind.BACKUP_LATE, project.name(), "", Map.of("last", last, "limit", text(most)));
        } else {
            clear(AlertKind.BACKUP_LATE, project.name(), "");
        }
    }

    private static String text(Duration time) {
        return time.toSeconds() % 3_600 == 0 ? time.toHours() + " h" : TimedCancellation.text(time);
    }

    private void lookAtSize(String project, List<Manifest> newest) {
        if (newest.isEmpty()) {
            return;
        }
        Manifest last = newest.get(0);
        SizeHistory history = new SizeHistory(newest.stream()
                .skip(1)
                .filter(earlier -> isAlike(earlier, last))
                .map(Manifest::storedSize)
                .toList());
        if (history.judge(last.storedSize()) == SizeHistory.Verdict.USUAL) {
            clear(AlertKind.BACKUP_SIZE, project, "");
        } else {
            raise(
                    AlertKind.BACKUP_SIZE,
                    project,
                    "",
                    Map.of(
                            "size", Long.toString(last.storedSize()),
                            "usual", Long.toString(Math.round(history.median())),
                            "verdict", history.judge(last.storedSize()).name(),
                            "backup", last.id().value()));
        }
    }

    /** Of backups that were made in another way nobody learns how large this one should be. */
    private static boolean isAlike(Manifest earlier, Manifest last) {
        return earlier.selection().equals(last.selection())
                && earlier.base().isPresent() == last.base().isPresent()
                && codecs(earlier).equals(codecs(last));
    }

    private static Set<List<String>> codecs(Manifest manifest) {
        return Set.copyOf(
                manifest.entries().stream().map(entry -> entry.codecs()).toList());
    }

    private void lookAtRoom(String project, List<Manifest> newest) {
        OptionalLong free = circumstances.freeBytes();
        if (alerts.roomForBackups() == 0 || newest.isEmpty() || free.isEmpty()) {
            return;
        }
        double usual = new SizeHistory(newest.stream().map(Manifest::storedSize).toList()).median();
        if (free.getAsLong() < usual * alerts.roomForBackups()) {
            raise(
                    AlertKind.STORAGE_LOW,
                    project,
                    "",
                    Map.of("free", Long.toString(free.getAsLong()), "usual", Long.toString(Math.round(usual))));
        } else {
            clear(AlertKind.STORAGE_LOW, project, "");
        }
    }

    private void lookAtMirrors(String project) {
        for (MirrorStatus status : circumstances.mirrors(project)) {
            if (status.isBehind()) {
                CodeBException problem = status.problem();
                raise(
                        AlertKind.MIRROR_BEHIND,
                        project,
                        status.mirror(),
                        Map.of(
                                "missing", Integer.toString(status.missing().size()),
                                "message", problem == null ? "" : String.valueOf(problem.getMessage()),
                                "code", problem == null ? "" : problem.code().name()));
            } else {
                clear(AlertKind.MIRROR_BEHIND, project, status.mirror());
            }
        }
    }

    /** A host that only makes backups has no private key, and needs none. */
    private void lookAtKeys(String project, List<Manifest> newest) {
        if (newest.isEmpty() || !newest.get(0).encrypted()) {
            return;
        }
        try {
            circumstances.requireKey(newest.get(0));
            clear(AlertKind.KEY_TROUBLE, project, "");
        } catch (IntegrityException e) {
            raise(AlertKind.KEY_TROUBLE, project, "", facts(e));
        } catch (ConfigException e) {
            if (e.code() != ErrorCode.KEY_MISSING) {
                throw e;
            }
        }
    }

    private static Map<String, String> facts(CodeBException e) {
        return Map.of("code", e.code().name(), "message", String.valueOf(e.getMessage()), "hint", e.hint());
    }

    private void lookAtCertificates(Path file) {
        Certificates.problem(file, clock.instant().plus(alerts.beforeExpiry()))
                .ifPresentOrElse(
                        problem -> raise(AlertKind.CERTIFICATE, "", file.toString(), Map.of("message", problem)),
                        () -> clear(AlertKind.CERTIFICATE, "", file.toString()));
    }
}
