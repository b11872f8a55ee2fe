package io.codeb.deploy;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.BackupRef;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a deployment is: what its journal holds before each step.
 *
 * @param id of the deployment
 * @param step what goes on, or was to
 * @param at when the deployment began
 * @param number the release that it is to become
 * @param container the name of the new version's container
 * @param commit of the new version; null before it is fetched
 * @param image the id of its image; null before it is built
 * @param previous where the requests went before; null where they went nowhere
 * @param backup the backup of the database; null where there is none yet
 * @param heads the migrations that the database has with the new version; null where nobody can tell, or could yet
 * @param back the number of the release that is brought back; null where it is none
 * @param expected the migrations that the database must have with the new version; null where any will do
 */
record DeployState(
        String id,
        DeployStep step,
        Instant at,
        int number,
        String container,
        @Nullable String commit,
        @Nullable String image,
        @Nullable Route previous,
        @Nullable BackupRef backup,
        @Nullable List<String> heads,
        @Nullable Integer back,
        @Nullable List<String> expected) {
    static DeployState begin(String id, Instant at, String project, int number, Optional<Route> previous) {
        String container = prefix(project) + number + "-" + id.substring(0, 8);
        return new DeployState(
                id, DeployStep.BUILD, at, number, container, null, null, previous.orElse(null), null, null, null, null);
    }

    /** Brings back a release. */
    DeployState back(int release, Optional<List<String>> itsHeads) {
        return new DeployState(
                id,
                step,
                at,
                number,
                container,
                commit,
                image,
                previous,
                backup,
                heads,
                release,
                itsHeads.orElse(null));
    }

    /** What the names of a project's containers begin with. */
    static String prefix(String project) {
        return "codeb-" + project + "-";
    }

    DeployState to(DeployStep next) {
        return new DeployState(id, next, at, number, container, commit, image, previous, backup, heads, back, expected);
    }

    DeployState built(String newCommit, String newImage) {
        return new DeployState(
                id, step, at, number, container, newCommit, newImage, previous, backup, heads, back, expected);
    }

    DeployState backedUp(BackupRef ref) {
        return new DeployState(id, step, at, number, container, commit, image, previous, ref, heads, back, expected);
    }

    DeployState migrated(Optional<List<String>> to) {
        return new DeployState(
                id, step, at, number, container, commit, image, previous, backup, to.orElse(null), back, expected);
    }

    /** What it is when it is done; only after it was built. */
    Release release(String project) {
        if (commit == null || image == null) {
            throw new IllegalStateException("nothing was built yet");
        }
        return new Release(
                project,
                number,
                container,
                at,
                commit,
                image,
                Optional.ofNullable(heads),
                Optional.ofNullable(backup),
                Optional.ofNullable(back));
    }

    Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("step", step.name());
        map.put("at", at.toString());
        map.put("number", Integer.toString(number));
        map.put("container", container);
        put(map, "commit", commit);
        put(map, "image", image);
        if (previous != null) {
            map.put("previous", previous.host() + " " + previous.port() + " " + previous.container());
        }
        put(map, "backup", backup);
        put(map, "heads", heads == null ? null : Release.lines(heads));
        put(map, "back", back);
        put(map, "expected", expected == null ? null : Release.lines(expected));
        return map;
    }

    private static void put(Map<String, String> map, String name, @Nullable Object value) {
        if (value != null) {
            map.put(name, value.toString());
        }
    }

    /** Reads what may be anybody's. */
    static DeployState of(String project, Map<String, String> map) {
        try {
            String container = Release.text(map, "container");
            if (!container.matches(prefix(project) + "[0-9]{1,10}-[0-9a-f]{8}")) {
                throw new IllegalArgumentException("it names no container of " + project);
            }
            return new DeployState(
                    Release.text(map, "id"),
                    DeployStep.valueOf(Release.text(map, "step")),
                    Instant.parse(Release.text(map, "at")),
                    Integer.parseInt(Release.text(map, "number")),
                    container,
                    map.get("commit"),
                    map.get("image"),
                    Optional.ofNullable(map.get("previous"))
                            .map(DeployState::route)
                            .orElse(null),
                    Optional.ofNullable(map.get("backup")).map(BackupRef::parse).orElse(null),
                    Optional.ofNullable(map.get("heads")).map(Release::list).orElse(null),
                    Optional.ofNullable(map.get("back")).map(Integer::valueOf).orElse(null),
                    Optional.ofNullable(map.get("expected")).map(Release::list).orElse(null));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IntegrityException(
                    ErrorCode.CORRUPT,
                    "the journal of the deployment of " + project + " cannot be read: " + e.getMessage(),
                    "look which of its containers is to serve and remove the other, then delete the journal",
                    e);
        }
    }

    private static Route route(String text) {
        String[] words = text.split(" ", -1);
        if (words.length != 3) {
            throw new IllegalArgumentException("no route: " + text);
        }
        return new Route(words[0], Integer.parseInt(words[1]), words[2]);
    }
}
