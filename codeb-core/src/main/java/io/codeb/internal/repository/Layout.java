package io.codeb.internal.repository;

import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Entry;
import io.codeb.spi.codec.KeyedCodec;
import io.codeb.spi.storage.ObjectKey;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The names in a repository. docs/format.md says the same.
 *
 * <pre>
 * {@code <project>/<backup id>/manifest.json}   makes the backup exist
 * {@code <project>/<backup id>/manifest.sig}    says who has made it, if it is signed
 * {@code <project>/<backup id>/<entry>}         its streams
 * {@code <project>/<backup id>/key.<codec>}     the key that they are encrypted to, itself encrypted
 * {@code <project>/lock/<generation>}           held while a backup is written
 * {@code <project>/drills/<backup id>}          what drills have found of it
 * {@code <project>/pins/<backup id>}            that it stays, and why
 * {@code <project>/state/backup-failed}        that the last backup has failed
 * {@code <project>/state/schedule-<kind>}       how far a scheduled job is
 * {@code <project>/schedule/<generation>}       held while a scheduled job is done
 * {@code <project>/journals/<name>/state}       how far an operation is that is made of several others
 * {@code <project>/journals/<name>/<generation>} held while it goes on
 * {@code _runs/<run>}                           while a run works on a database, and after it while something is left
 * {@code _check/<name>}                         for a moment, while the storage is tried
 * </pre>
 *
 * <p>Some names are kept free, so that what comes later needs no new format: {@code manifest.*} and {@code key.*} in a
 * backup's folder, every folder of a project whose name is no backup id, and folders at the top whose names begin with
 * {@code _}. No entry and no project has such a name, and nobody takes what lies there for a leftover.
 */
final class Layout {
    /** The name of the object that makes a backup exist. */
    static final String MANIFEST = "manifest.json";

    /** The folder of the records of runs. */
    static final String RUNS = "_runs";

    private static final Pattern ENTRY =
            Pattern.compile("([a-z0-9][a-z0-9_-]{0,99}/)?[a-z0-9][a-z0-9_-]{0,99}(\\.[a-z0-9]{1,12}){0,4}");

    private Layout() {}

    static boolean isProject(String name) {
        return BackupRef.isName(name);
    }

    static boolean isEntry(String name) {
        return ENTRY.matcher(name).matches() && !isReserved(name);
    }

    /** Whether an object of this name in a backup's folder describes the backup instead of being a part of it. */
    static boolean isReserved(String name) {
        return Entry.isReserved(name);
    }

    /** Whether an object of this name is what the entries beside it are encrypted to. */
    static boolean isKey(String name) {
        return name.startsWith("key.");
    }

    /** An object's name in the folder of its backup. */
    static String nameIn(ObjectKey folder, ObjectKey key) {
        return key.value().substring(folder.value().length() + 1);
    }

    /** A name for an object that is there for a moment: in a folder that is no project's. */
    static ObjectKey check() {
        return new ObjectKey("_check").child(UUID.randomUUID().toString());
    }

    /** The record of a run. */
    static ObjectKey run(String id) {
        return new ObjectKey(RUNS).child(id);
    }

    static ObjectKey folder(String project, BackupId id) {
        return new ObjectKey(project).child(id.value());
    }

    static ObjectKey manifest(String project, BackupId id) {
        return folder(project, id).child(MANIFEST);
    }

    /** What drills have found of a backup. */
    static ObjectKey drill(String project, BackupId id) {
        return beside(project, "drills").child(id.value());
    }

    /** That a backup stays. */
    static ObjectKey pin(String project, BackupId id) {
        return beside(project, "pins").child(id.value());
    }

    /** How far an operation is that is made of several others. */
    static ObjectKey journal(String project, String name) {
        return beside(project, "journals").child(name + "/state");
    }

    /** A folder of a project that is no backup's. */
    static ObjectKey beside(String project, String folder) {
        return new ObjectKey(project).child(folder);
    }

    /** Who has made a manifest. */
    static ObjectKey signature(BackupRef backup) {
        return folder(backup.project(), backup.id()).child("manifest.sig");
    }

    /** What a backup's entries are encrypted to, itself encrypted. */
    static ObjectKey key(String project, BackupId id, KeyedCodec codec) {
        return folder(project, id).child("key" + codec.extension());
    }
}
