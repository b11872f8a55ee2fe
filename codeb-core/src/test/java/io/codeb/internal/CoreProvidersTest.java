package io.codeb.internal;

import io.codeb.internal.codec.GzipCodecProvider;
import io.codeb.internal.codec.NoneCodecProvider;
import io.codeb.internal.codec.ZstdCodecProvider;
import io.codeb.internal.host.HostRuntimeProvider;
import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.provider.ProviderContract;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** The providers that come with the core. */
class CoreProvidersTest {
    @Nested
    class Zstd extends ProviderContract {
        @Override
        protected Provider<?> provider() {
            return new ZstdCodecProvider();
        }

        @Override
        protected List<ProviderConfig> impossible() {
            return List.of(
                    config().withOption("level", "99"),
                    config().withOption("level", "high"),
                    config().withOption("threads", "-1"));
        }
    }

    @Nested
    class Gzip extends ProviderContract {
        @Override
        protected Provider<?> provider() {
            return new GzipCodecProvider();
        }
    }

    @Nested
    class None extends ProviderContract {
        @Override
        protected Provider<?> provider() {
            return new NoneCodecProvider();
        }
    }

    @Nested
    class Host extends ProviderContract {
        @Override
        protected Provider<?> provider() {
            return new HostRuntimeProvider();
        }
    }
}
