package io.coxswain.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortedTreeTest {
    private static final Comparator<ObjectKey> ORDER = ObjectKey::compareTo;

    @Test
    void theEmptyTreeHasNothing() {
        assertThat(SortedTree.EMPTY.size()).isZero();
        assertThat(SortedTree.EMPTY.get("a", "b")).isNull();
        assertThat(SortedTree.EMPTY.countIn("a")).isZero();
        Iterator<StoredObject> none = SortedTree.EMPTY.iterate("", "", true, null);
        assertThat(none.hasNext()).isFalse();
        assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
        assertThat(SortedTree.EMPTY.without(key(1, 1))).isSameAs(SortedTree.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void behavesAsASortedMapUnderRandomChanges(long seed) {
        Random random = new Random(seed);
        SortedTree tree = SortedTree.EMPTY;
        TreeMap<ObjectKey, StoredObject> model = new TreeMap<>(ORDER);
        List<SortedTree> versions = new ArrayList<>();
        List<List<StoredObject>> expected = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            ObjectKey key = key(random.nextInt(7), random.nextInt(200));
            boolean shrinking = i / 1000 % 2 == 1;
            if (random.nextInt(10) < (shrinking ? 8 : 3)) {
                tree = tree.without(key);
                model.remove(key);
            } else {
                StoredObject object = new StoredObject(key, i + 1, new byte[0]);
                tree = tree.with(object);
                model.put(key, object);
            }
            if (i % 97 == 0) {
                assertThat(tree.isSound()).isTrue();
                versions.add(tree);
                expected.add(List.copyOf(model.values()));
                check(tree, model, random);
            }
        }
        for (int i = 0; i < versions.size(); i++) {
            assertThat(all(versions.get(i))).isEqualTo(expected.get(i));
        }
    }

    @Test
    void staysBalancedWhenFilledInOrder() {
        SortedTree up = SortedTree.EMPTY;
        SortedTree down = SortedTree.EMPTY;
        for (int i = 0; i < 2000; i++) {
            up = up.with(new StoredObject(key(0, i), 1, new byte[0]));
            down = down.with(new StoredObject(key(0, 2000 - i), 1, new byte[0]));
        }
        assertThat(up.isSound()).isTrue();
        assertThat(down.isSound()).isTrue();
        assertThat(SortedTree.ofSorted(all(up)).isSound()).isTrue();
        assertThat(all(SortedTree.ofSorted(all(up)))).isEqualTo(all(up));
        for (int i = 0; i < 2000; i++) {
            up = up.without(key(0, i));
            assertThat(i % 100 != 0 || up.isSound()).isTrue();
        }
        assertThat(up.size()).isZero();
    }

    private static void check(SortedTree tree, TreeMap<ObjectKey, StoredObject> model, Random random) {
        assertThat(tree.size()).isEqualTo(model.size());
        for (int namespace = 0; namespace < 8; namespace++) {
            String text = key(namespace, 0).namespace();
            assertThat(tree.countIn(text)).isEqualTo((int) model.keySet().stream()
                    .filter(key -> key.namespace().equals(text))
                    .count());
        }
        ObjectKey from = key(random.nextInt(8), random.nextInt(200));
        assertThat(list(tree.iterate(from.namespace(), from.name(), true, null)))
                .isEqualTo(List.copyOf(model.tailMap(from, true).values()));
        assertThat(list(tree.iterate(from.namespace(), from.name(), false, from.namespace())))
                .isEqualTo(model.tailMap(from, false).values().stream()
                        .filter(object -> object.key().namespace().equals(from.namespace()))
                        .toList());
    }

    private static ObjectKey key(int namespace, int name) {
        return new ObjectKey("pods", "n" + "-x".repeat(namespace % 3) + namespace, String.format("p%05d", name));
    }

    private static List<StoredObject> all(SortedTree tree) {
        return list(tree.iterate("", "", true, null));
    }

    private static List<StoredObject> list(Iterator<StoredObject> objects) {
        List<StoredObject> list = new ArrayList<>();
        objects.forEachRemaining(list::add);
        return list;
    }
}
