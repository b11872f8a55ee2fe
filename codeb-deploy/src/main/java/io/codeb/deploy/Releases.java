package io.codeb.deploy;

import io.codeb.CodeB;
import io.codeb.Journal;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.BackupRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
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

    /** All that there are, the newest last. */
    List<Release> list() {
        List<Release> releases = new ArrayList<>();
        for (int slot = 0; slot < MOST; slot++) {
            read(slot).ifPresent(releases::add);
        }
        releases.sort(Comparator.comparingInt(Release::number));
        return releases;
    }

    private Optional<Release> read(int slot) {
        Map<String, String> noted = codeb.readJournal(project, journal(slot));
        return noted.isEmpty() ? Optional.empty() : Optional.of(Release.of(project, noted));
    }

    /** The number of the next one; what cannot be read keeps nobody from deploying while there is another place. */
    int next() {
        Set<Integer> unreadable = new HashSet<>();
        int last = 0;
        for (int slot = 0; slot < MOST; slot++) {
            try {
                last = Math.max(last, read(slot).map(Release::number).orElse(0));
            } catch (IntegrityException e) {
                LOG.warn("a release of {} is passed over", project, e);
                unreadable.add(slot);
                if (unreadable.size() == MOST) {
                    throw e;
                }
            }
        }
        int next = last + 1;
        while (unreadable.contains(next % MOST)) {
            next++;
        }
        return next;
    }

    /**
     * The images that nobody brings back any more.
     *
     * @param newest what serves now, noted already or not
     * @param keep of how many releases the images stay, that one among them
     */
    Set<String> superseded(Release newest, int keep) {
        List<Release> releases = new ArrayList<>();
        for (int slot = 0; slot < MOST; slot++) {
            try {
                read(slot).filter(each -> each.number() != newest.number()).ifPresent(releases::add);
            } catch (IntegrityException e) {
                LOG.warn("the image of a release of {} stays", project, e);
            }
        }
        releases.add(newest);
        releases.sort(Comparator.comparingInt(Release::number));
        int older = Math.max(0, releases.size() - keep);
        Set<String> images = new LinkedHashSet<>();
        releases.subList(0, older).forEach(each -> images.add(each.image()));
        releases.subList(older, releases.size()).forEach(each -> images.remove(each.image()));
        return images;
    }

    Release find(int number) {
        return list().stream()
                .filter(each -> each.number() == number)
                .findFirst()
                .orElseThrow(() -> unreachable(
                        project + " has no release " + number + " that is known", "the last " + MOST + " are"));
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
     */
    Optional<Backed> backed(Release release) {
        for (Release later : list()) {
            boolean same = release.heads().isPresent() && release.heads().equals(later.heads());
            if (later.number() > release.number() && !same) {
                return Optional.of(new Backed(later.number(), later.backup()));
            }
        }
        return Optional.empty();
    }

    /**
     * Where a release's database is.
     *
     * @param before the release before which it was backed up
     * @param backup empty where it was not
     */
    record Backed(int before, Optional<BackupRef> backup) {}

    static DeployException unreachable(String why, String hint) {
        return new DeployException(ErrorCode.RELEASE_UNREACHABLE, why, hint, null);
    }
}
