package io.codeb.tck.codec;

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
