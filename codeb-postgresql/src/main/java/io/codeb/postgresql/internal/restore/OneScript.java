package io.codeb.postgresql.internal.restore;

import io.codeb.model.Cancellation;
import io.codeb.model.RestoreMode;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpScripts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.io.ByteSource;
import java.time.Duration;
import java.util.ArrayList;

/** Makes one script of an archive and its pieces, as a restore in one transaction loads it. */
public final class OneScript implements DumpScripts {
    @Override
    public ByteSource script(DatabaseTarget target, DumpFacts dump, RestoreInput input, Cancellation cancellation) {
        RestoreJob job = new RestoreJob(
                target,
                RestoreSpec.of(RestoreMode.NEW, dump),
                null,
                dump.engine().server().major(),
                Duration.ZERO,
                cancellation,
                new ArrayList<>(),
                step -> {});
        return new PiecedScript(job, input, PieceList.of(input), entry -> {}, () -> {});
    }
}
