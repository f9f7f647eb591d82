// Checks one copy of a ledger with golang.org/x/mod/sumdb, which shares no line with our own code.
// It opens the signed checkpoint, reads every entry through the authenticated tiles, and rebuilds proofs from them.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type files struct{ folder string }

func (f files) Height() int { return 8 }

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range tiles {
		content, err := os.ReadFile(filepath.Join(f.folder, strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		read = append(read, content)
	}
	return read, nil
}

func must(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func expect(holds bool, what string, at int64) {
	if !holds {
		must(fmt.Errorf("%s %d", what, at))
	}
}

func signedTree(folder string) tlog.Tree {
	key, err := os.ReadFile(filepath.Join(folder, "key"))
	must(err)
	verifier, err := note.NewVerifier(strings.TrimSpace(string(key)))
	must(err)
	message, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	must(err)
	opened, err := note.Open(message, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	expect(lines[0] == verifier.Name(), "another origin in line", 1)
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

// bundle returns the entries from number*256 on, without the lengths before them.
func bundle(folder string, number, width int64) [][]byte {
	tile := tlog.Tile{H: 8, L: -1, N: number, W: int(width)}
	path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
	content, err := os.ReadFile(filepath.Join(folder, path))
	must(err)
	var entries [][]byte
	for reader := bytes.NewReader(content); reader.Len() > 0; {
		var length uint16
		must(binary.Read(reader, binary.BigEndian, &length))
		entry := make([]byte, length)
		read, _ := reader.Read(entry)
		expect(read == int(length), "a short bundle", number)
		entries = append(entries, entry)
	}
	expect(int64(len(entries)) == width, "a bundle of another length", number)
	return entries
}

func main() {
	folder := os.Args[1]
	tree := signedTree(folder)
	hashes := tlog.TileHashReader(tree, files{folder})
	for start := int64(0); start < tree.N; start += 256 {
		width := tree.N - start
		if width > 256 {
			width = 256
		}
		var indexes []int64
		for at := int64(0); at < width; at++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, start+at))
		}
		stored, err := hashes.ReadHashes(indexes)
		must(err)
		for at, entry := range bundle(folder, start/256, width) {
			expect(tlog.RecordHash(entry) == stored[at], "another entry", start+int64(at))
		}
		proof, err := tlog.ProveRecord(tree.N, start, hashes)
		must(err)
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, start, stored[0]))
	}
	for old := int64(1); old <= tree.N; old = old*2 + 1 {
		root, err := tlog.TreeHash(old, hashes)
		must(err)
		proof, err := tlog.ProveTree(tree.N, old, hashes)
		must(err)
		must(tlog.CheckTree(proof, tree.N, tree.Hash, old, root))
	}
	fmt.Println("accepted", tree.N, "entries")
}
