package io.codeb.it;

import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageProvider;
import io.codeb.tck.fault.FaultyStorage;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import java.util.concurrent.atomic.AtomicBoolean;

/** Another storage, {@code held:s3://…} for {@code s3://…}, that waits when a manifest is about to become visible. */
final class HoldingStorageProvider implements StorageProvider {
    /** What stands in front of the other storage's location. */
    static final String HELD = "held:";

    private final Runnable hold;
    private final AtomicBoolean held = new AtomicBoolean();

    /** Waits in the runnable. */
    HoldingStorageProvider(Runnable hold) {
        this.hold = hold;
    }

    @Override
    public String id() {
        return "held";
    }

    @Override
    public StorageBackend create(ProviderConfig config) {
        return FaultyStorage.around(Installed.storageBehind(config))
                .with(StorageFault.fail(StorageCall.FINISH).ofKeys(this::holdOnce))
                .with(StorageFault.fail(StorageCall.DELETE)
                        .ofName("manifest.json")
                        .always());
    }

    /** Is no fault. */
    private boolean holdOnce(ObjectKey key) {
        if (key.name().equals("manifest.json") && held.compareAndSet(false, true)) {
            hold.run();
        }
        return false;
    }
}
