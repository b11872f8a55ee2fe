package io.codeb.deploy;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.BackupRef;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A version of an application that has served: what belongs together.
 *
 * @param project whose
 * @param number counts the releases of the project, from 1
 * @param container the name of its container
 * @param at when its deployment began
 * @param commit the id of its commit, 40 hexadecimal digits
 * @param image the id of its image, which names exactly this content
 * @param heads the last migration that the database had then, of each of the application's migrations in their order,
 *     and an empty text where it had none; empty where nobody can tell
 * @param backup the backup of the database that was made before: what it was under the release before this one; empty
 *     where none was made
 * @param restoredFrom the number of the release that this one brought back; empty where it was deployed
 */
public record Release(
        String project,
        int number,
        String container,
        Instant at,
        String commit,
        String image,
        Optional<List<String>> heads,
        Optional<BackupRef> backup,
        Optional<Integer> restoredFrom) {
    private static final Pattern IMAGE = Pattern.compile("(sha256:)?[0-9a-f]{64}");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** Refuses what is no id. */
    public Release {
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(container, "container");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(backup, "backup");
        Objects.requireNonNull(restoredFrom, "restoredFrom");
        heads = heads.map(List::copyOf);
        if (number < 1) {
            throw new IllegalArgumentException("releases are counted from 1: " + number);
        }
        if (!COMMIT.matcher(commit).matches()) {
            throw new IllegalArgumentException("no id of a commit: " + commit);
        }
        if (!IMAGE.matcher(image).matches()) {
            throw new IllegalArgumentException("no id of an image: " + image);
        }
    }

    Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("number", Integer.toString(number));
        map.put("container", container);
        map.put("at", at.toString());
        map.put("commit", commit);
        map.put("image", image);
        heads.ifPresent(all -> map.put("heads", lines(all)));
        backup.ifPresent(ref -> map.put("backup", ref.toString()));
        restoredFrom.ifPresent(other -> map.put("restoredFrom", other.toString()));
        return map;
    }

    /** Reads what may be anybody's. */
    static Release of(String project, Map<String, String> map) {
        try {
            return new Release(
                    project,
                    Integer.parseInt(text(map, "number")),
                    text(map, "container"),
                    Instant.parse(text(map, "at")),
                    text(map, "commit"),
                    text(map, "image"),
                    Optional.ofNullable(map.get("heads")).map(Release::list),
                    Optional.ofNullable(map.get("backup")).map(BackupRef::parse),
                    Optional.ofNullable(map.get("restoredFrom")).map(Integer::valueOf));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IntegrityException(
                    ErrorCode.CORRUPT,
                    "a release of " + project + " cannot be read: " + e.getMessage(),
                    "see who writes to the repository; the application itself is not touched",
                    e);
        }
    }

    /** One text of several: each ends with a line feed, so that an empty one counts. */
    static String lines(List<String> texts) {
        StringBuilder lines = new StringBuilder();
        texts.forEach(text -> lines.append(text.replace('\n', ' ')).append('\n'));
        return lines.toString();
    }

    static List<String> list(String lines) {
        return lines.lines().toList();
    }

    static String text(Map<String, String> map, String name) {
        String text = map.get(name);
        if (text == null) {
            throw new IllegalArgumentException("it has no " + name);
        }
        return text;
    }
}
