package dev.decisiontables.client;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Rows in groups of a size; the last may be smaller. */
record Chunks(Iterable<Row> rows, int size) implements Iterable<List<Row>> {

  Chunks {
    if (size < 1) {
      throw new IllegalArgumentException("the size of a chunk must be at least 1");
    }
  }

  @Override
  public Iterator<List<Row>> iterator() {
    var single = rows.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return single.hasNext();
      }

      @Override
      public List<Row> next() {
        var chunk = new ArrayList<Row>(size);
        while (chunk.size() < size && single.hasNext()) {
          chunk.add(single.next());
        }
        return chunk;
      }
    };
  }
}
