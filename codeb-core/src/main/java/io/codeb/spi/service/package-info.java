/** How an application replaces or wraps a whole service. */
@NullMarked
package io.codeb.spi.service;

import org.jspecify.annotations.NullMarked;
