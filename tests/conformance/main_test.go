// Package conformance holds the plugin against its real host: hashicorp/go-plugin and grafana-plugin-sdk-go in the
// versions that Grafana 12.4 links, configured as Grafana configures them. What the Rust tests can only assert about
// bytes is asserted here by the code that will read those bytes.
package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// binaryVariable names the plugin's executable, so that a release build, or one under an emulator, can be tested too.
const binaryVariable = "CSV_DATASOURCE_BINARY"

// defaultBinary is where cargo puts the debug build, seen from this package.
const defaultBinary = "../../target/debug/csv-datasource"

// binary and pluginID are set once, before any test runs.
var binary, pluginID string

func TestMain(m *testing.M) {
	if err := prepare(); err != nil {
		fmt.Fprintln(os.Stderr, "The conformance suite cannot run:", err)
		os.Exit(1)
	}
	if os.Getenv(miniHostVariable) != "" {
		miniHost()
		return
	}
	os.Exit(m.Run())
}

// prepare finds the plugin. A missing binary must never look like a passed suite.
func prepare() (err error) {
	path := os.Getenv(binaryVariable)
	if path == "" {
		path = defaultBinary
	}
	if binary, err = filepath.Abs(path); err != nil {
		return err
	}
	info, err := os.Stat(binary)
	if err != nil {
		return fmt.Errorf("%w; run `cargo build`, or set %s to the absolute path of the executable", err, binaryVariable)
	}
	if info.Mode()&0o111 == 0 {
		return fmt.Errorf("%s is not executable", binary)
	}
	pluginID, err = readPluginID()
	return err
}

// readPluginID reads plugin.json, the only place that says the id.
func readPluginID() (string, error) {
	text, err := os.ReadFile("../../plugin.json")
	if err != nil {
		return "", err
	}
	var manifest struct{ ID string }
	if err := json.Unmarshal(text, &manifest); err != nil {
		return "", err
	}
	if manifest.ID == "" {
		return "", errors.New("plugin.json has no id")
	}
	return manifest.ID, nil
}
