package io.codeb.json;

import io.codeb.deploy.Release;
import io.codeb.model.BackupRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A version of an application that has served. To make one takes the module codeb-deploy, which codeb-json does not
 * bring.
 *
 * @param number counts up
 * @param at since when it serves
 * @param commit what it was built of
 * @param image the id of its image
 * @param container the name of its container
 * @param migrations the last ones that were applied; null where nobody knows
 * @param backup the ref of the backup that was made before; null where none was
 * @param broughtBack the number of the release that it brings back; null where it is a new one
 */
public record ReleaseView(
        int number,
        Instant at,
        String commit,
        String image,
        String container,
        @Nullable List<String> migrations,
        @Nullable String backup,
        @Nullable Long broughtBack) {
    /**
     * Makes it of a release.
     *
     * @param release as codeb-deploy lists it
     * @return the same as JSON has it
     */
    public static ReleaseView of(Release release) {
        return new ReleaseView(
                release.number(),
                release.at(),
                release.commit(),
                release.image(),
                release.container(),
                release.heads().orElse(null),
                release.backup().map(BackupRef::toString).orElse(null),
                release.restoredFrom().map(Integer::longValue).orElse(null));
    }
}
