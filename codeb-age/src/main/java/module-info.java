/** The codec {@code age}: encryption to public keys. */
@SuppressWarnings("requires-automatic") // jagged keeps its names in its manifests
module io.codeb.age {
    requires transitive io.codeb.spi;
    requires static transitive org.jspecify;
    requires com.exceptionfactory.jagged;
    requires com.exceptionfactory.jagged.framework;
    requires com.exceptionfactory.jagged.x25519;

    exports io.codeb.age;

    provides io.codeb.spi.codec.CodecProvider with
            io.codeb.age.AgeCodecProvider;
}
