package io.codeb.deploy;

import io.codeb.CodeB;
import io.codeb.Journal;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.BackupRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The releases of a project, each in a journal of its own; a new one takes the place of the oldest. */
record Releases(CodeB codeb, String project) {
    /** How many there are at the most. */
    static final int MOST = 20;

    private static final Logger LOG = LoggerFactory.getLogger(Releases.class);

    /** All that there are, and what cannot be read among them. */
    ReleaseListing list() {
        List<Release> releases = new ArrayList<>();
        List<ReleaseListing.Unreadable> unreadable = new ArrayList<>();
        for (int slot = 0; slot < MOST; slot++) {
            try {
                read(slot).ifPresent(releases::add);
            } catch (IntegrityException e) {
                unreadable.add(new ReleaseListing.Unreadable(journal(slot), e.code(), String.valueOf(e.getMessage())));
            }
        }
        releases.sort(Comparator.comparingInt(Release::number));
        return new ReleaseListing(releases, unreadable);
    }

    private Optional<Release> read(int slot) {
        Map<String, String> noted = codeb.readJournal(project, journal(slot));
        return noted.isEmpty() ? Optional.empty() : Optional.of(Release.of(project, noted));
    }

    /** The number of the next one; what cannot be read keeps nobody from deploying while there is another place. */
    int next() {
        ReleaseListing all = list();
        if (all.unreadable().size() == MOST) {
            ReleaseListing.Unreadable one = all.unreadable().get(0);
            throw new IntegrityException(
                    one.code(),
                    "there is no place for a release of " + project + ": of " + MOST + " that are there none can be"
                            + " read: " + one.reason(),
                    "look what they say, and delete the journals of those that nobody needs");
        }
        all.unreadable().forEach(each -> LOG.warn("a release of {} is passed over: {}", project, each.reason()));
        int next = all.latest().map(Release::number).orElse(0) + 1;
        while (inPlaceOf(next, all).isPresent()) {
            next++;
        }
        return next;
    }

    /** What lies where a release would, and cannot be read. */
    private static Optional<ReleaseListing.Unreadable> inPlaceOf(int number, ReleaseListing all) {
        return all.unreadable().stream()
                .filter(each -> each.journal().equals(journal(number % MOST)))
                .findFirst();
    }

    /**
     * The images that nobody brings back any more; those of releases that cannot be read stay.
     *
     * @param newest what serves now, noted already or not
     * @param keep of how many releases the images stay, that one among them
     */
    Set<String> superseded(Release newest, int keep) {
        List<Release> releases = new ArrayList<>(list().releases());
        releases.removeIf(each -> each.number() == newest.number());
        releases.add(newest);
        releases.sort(Comparator.comparingInt(Release::number));
        int older = Math.max(0, releases.size() - keep);
        Set<String> images = new LinkedHashSet<>();
        releases.subList(0, older).forEach(each -> images.add(each.image()));
        releases.subList(older, releases.size()).forEach(each -> images.remove(each.image()));
        return images;
    }

    Release find(int number) {
        ReleaseListing all = list();
        return all.releases().stream()
                .filter(each -> each.number() == number)
                .findFirst()
                .orElseThrow(() -> inPlaceOf(number, all)
                        .map(one -> unreachable(
                                project + " has no release " + number + " that can be read: " + one.reason(),
                                "deploy its commit again, and restore the database by hand where that is needed"))
                        .orElseGet(() -> unreachable(
                                project + " has no release " + number + " that is known",
                                "the last " + MOST + " are")));
    }

    void write(Release release) {
        try (Journal journal = codeb.openJournal(project, journal(release.number() % MOST))) {
            journal.note(release.toMap());
        }
    }

    private static String journal(int slot) {
        return "release-" + slot;
    }

    /**
     * What the database was when it last had the head of a release: the backup made before the first release after it
     * that had another one.
     *
     * @param all the releases of its project
     * @throws DeployException when there is none, or one between the two cannot be read: that one may have had another
     *     head already
     */
    static BackupRef backup(Release release, ReleaseListing all) {
        for (Release later : all.releases()) {
            boolean same = release.heads().isPresent() && release.heads().equals(later.heads());
            if (later.number() > release.number() && !same) {
                for (int number = release.number() + 1; number < later.number(); number++) {
                    inPlaceOf(number, all).ifPresent(one -> {
                        throw unreachable(
                                "between the releases " + release.number() + " and " + later.number() + " of "
                                        + release.project() + " there may be one that cannot be read, so that nobody"
                                        + " knows which backup has the database: " + one.reason(),
                                "bring back the version alone, or delete that journal if it is an older one");
                    });
                }
                return later.backup()
                        .orElseThrow(() -> unreachable(
                                "no backup was made before release " + later.number() + ", so that nobody has the"
                                        + " database of release " + release.number(),
                                "bring back the version alone, if it gets along with the database as it is"));
            }
        }
        throw unreachable(
                "the database was changed since release " + release.number() + ", and by no release",
                "look at its migrations, or bring back the version alone");
    }

    static DeployException unreachable(String why, String hint) {
        return new DeployException(ErrorCode.RELEASE_UNREACHABLE, why, hint, null);
    }
}
