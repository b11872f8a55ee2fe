/** The storage {@code local}, a directory. */
module io.codeb.storage.local {
    requires transitive io.codeb.spi;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports io.codeb.storage.local;

    provides io.codeb.spi.storage.StorageProvider with
            io.codeb.storage.local.LocalStorageProvider;
}
