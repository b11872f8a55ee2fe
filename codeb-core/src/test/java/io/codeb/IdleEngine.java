package io.codeb;

import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseInfo;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;

/** An engine that is there, and is never asked for anything. */
class IdleEngine implements DatabaseEngine {
    private final String id;

    IdleEngine(String id) {
        this.id = id;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public DatabaseInfo inspect(DatabaseTarget target, Cancellation cancellation) {
        throw asked();
    }

    @Override
    public DumpFacts dump(DatabaseTarget target, DumpSpec spec, DumpOutput output, Cancellation cancellation) {
        throw asked();
    }

    @Override
    public RestoreFacts restore(
            DatabaseTarget target, RestoreSpec spec, RestoreInput input, Cancellation cancellation) {
        throw asked();
    }

    private AssertionError asked() {
        return new AssertionError("nobody asked for " + id);
    }
}
