package io.codeb.deploy;

import io.codeb.CodeB;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupRef;
import io.codeb.model.Manifest;
import io.codeb.spi.runtime.ContainerManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks how releases stand. Used once, by one thread: what was looked up is not looked up again. */
final class Standings {
    private final CodeB codeb;
    private final ContainerManager manager;
    private final ReleaseListing all;
    private final Map<String, Optional<GuardFailure>> images = new HashMap<>();
    private final Map<BackupRef, Optional<GuardFailure>> backups = new HashMap<>();

    /** Why a runtime says nothing of images: it is not asked again for each of them. */
    private Optional<GuardFailure> silent = Optional.empty();

    Standings(CodeB codeb, ContainerManager manager, ReleaseListing all) {
        this.codeb = codeb;
        this.manager = manager;
        this.all = all;
    }

    List<ReleaseStanding> with(Optional<Route> traffic) {
        String serving = traffic.map(Route::container).orElse("");
        return all.releases().stream()
                .map(release -> new ReleaseStanding(release, release.container().equals(serving), obstacle(release)))
                .toList();
    }

    private Optional<GuardFailure> obstacle(Release release) {
        Optional<GuardFailure> image = images.computeIfAbsent(release.image(), this::ofImage);
        return image.isPresent() ? image : ofDatabase(release);
    }

    private Optional<GuardFailure> ofImage(String image) {
        if (silent.isPresent()) {
            return silent;
        }
        Optional<GuardFailure> failure = failure(() -> {
            String unused = manager.imageId(image);
        });
        silent = failure.filter(each -> each.code() != ErrorCode.IMAGE_NOT_FOUND);
        return failure;
    }

    /** The database has what the newest release had, as far as releases tell. */
    private Optional<GuardFailure> ofDatabase(Release release) {
        Release newest = all.latest().orElseThrow();
        if (release.heads().isPresent() && release.heads().equals(newest.heads())) {
            return Optional.empty();
        }
        BackupRef backup;
        try {
            backup = Releases.backup(release, all);
        } catch (DeployException e) {
            return Optional.of(GuardFailure.of(e));
        }
        return backups.computeIfAbsent(
                backup,
                ref -> failure(() -> {
                    Manifest unused = codeb.catalog().read(ref);
                }));
    }

    private static Optional<GuardFailure> failure(Runnable look) {
        try {
            look.run();
            return Optional.empty();
        } catch (CodeBException e) {
            return Optional.of(GuardFailure.of(e));
        }
    }
}
