package io.codeb.spi.engine;

import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;

/**
 * What an engine can do beside its duty when it can make one script of a dump that has several entries, for those who
 * have no CodeB. Stateless and thread-safe.
 */
public interface DumpScripts {
    /**
     * Makes one script of a dump.
     *
     * @param target where the engine's programs are; neither the server nor the database is asked for anything
     * @param dump what the engine said of the dump when it made it
     * @param input the dump; entries may be read more than once
     * @param cancellation ends it early
     * @return the script, to be closed. It ends only when all that it was made of is proven to be whole, and throws
     *     else; used by one thread
     * @throws io.codeb.error.EngineException when the programs refuse, are missing or too old for the dump
     * @throws io.codeb.error.IntegrityException when the dump is not whole
     */
    ByteSource script(DatabaseTarget target, DumpFacts dump, RestoreInput input, Cancellation cancellation);
}
