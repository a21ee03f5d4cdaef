package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// file holds the store on disk. Requests that end at the same time share one write.
type file struct {
	path  string
	lock  sync.Mutex
	saved uint64 // the store's version that is in the file
}

// load fills an empty store. A file that is not there yet is an empty one.
func (f *file) load(st *store) error {
	data, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var state State
	if err := json.Unmarshal(data, &state); err != nil {
		return fmt.Errorf("%s is not a file of the simulator: %w", f.path, err)
	}
	if state.Version != StateVersion {
		return fmt.Errorf("%s is not a file of this simulator: its version is %d, not %d", f.path, state.Version, StateVersion)
	}
	st.fill(state, time.Time{})
	f.saved = st.version
	return nil
}

// save brings the file up to the store as it is now, or later.
func (f *file) save(st *store) error {
	st.lock.RLock()
	wanted := st.version
	st.lock.RUnlock()

	f.lock.Lock()
	defer f.lock.Unlock()
	if f.saved >= wanted {
		return nil
	}
	st.lock.RLock()
	version := st.version
	data, err := json.Marshal(st.state())
	st.lock.RUnlock()
	if err != nil {
		return err
	}
	if err := writeAtomically(f.path, data); err != nil {
		return err
	}
	f.saved = version
	return nil
}

// writeAtomically leaves either the old contents or the new, even when the
// machine stops half-way.
func writeAtomically(path string, data []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // its mode is 0600
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // fails once it is renamed, as it should
	_, err = temp.Write(data)
	if err == nil {
		err = temp.Sync()
	}
	if err := errors.Join(err, temp.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return err
	}
	// The new name lasts only when the folder is written too. Some systems
	// cannot sync a folder; the file is whole there all the same.
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		_ = dir.Sync()
		_ = dir.Close()
	}
	return nil
}

// persist writes the file after a change.
func (s *Server) persist() error {
	s.changed.raise()
	if s.file == nil {
		return nil
	}
	if err := s.file.save(s.store); err != nil {
		if s.options.Log != nil {
			s.options.Log("cannot keep the data: " + err.Error())
		}
		return refuse(http.StatusInternalServerError, "The simulator cannot write its file")
	}
	return nil
}

// persistOrLog is persist for changes that nobody waits for over HTTP.
func (s *Server) persistOrLog() {
	_ = s.persist() // it has logged the error
}
