/** The contracts of the extension points as tests, for those who implement them. */
module io.codeb.tck {
    requires transitive io.codeb.spi;
    requires static transitive org.jspecify;
    requires transitive net.jqwik.api;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires transitive org.junit.jupiter.params;
    requires jdk.management;
    requires org.slf4j;

    exports io.codeb.tck.alert;
    exports io.codeb.tck.codec;
    exports io.codeb.tck.engine;
    exports io.codeb.tck.fault;
    exports io.codeb.tck.io;
    exports io.codeb.tck.provider;
    exports io.codeb.tck.runtime;
    exports io.codeb.tck.storage;

    uses io.codeb.spi.codec.CodecProvider;
}
