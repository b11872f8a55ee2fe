/** The layout of backups in a storage: keys, manifests, entries, the lock of a project. */
@NullMarked
package io.codeb.internal.repository;

import org.jspecify.annotations.NullMarked;
