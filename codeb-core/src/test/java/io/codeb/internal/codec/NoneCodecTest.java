package io.codeb.internal.codec;

import io.codeb.tck.codec.CodecContract;

class NoneCodecTest extends CodecContract {
    @Override
    protected String codecId() {
        return "none";
    }

    @Override
    protected boolean provesItsContent() {
        return false;
    }
}
