package io.codeb.age;

import io.codeb.model.Secret;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.codec.CodecContract;

class AgeCodecContractTest extends CodecContract {
    private static final TestKeys.Pair KEY = TestKeys.Pair.make();

    @Override
    protected String codecId() {
        return "age";
    }

    @Override
    protected ProviderConfig config() {
        return TestKeys.to(KEY.recipient()).withSecret("identity", Secret.of(KEY.identity()));
    }

    @Override
    protected boolean showsItsEnd() {
        return false;
    }
}
