package packfile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
)

// tcMember is a member of a release, from its package file.
func tcMember(t *testing.T, label string, data []byte) packfile.Member {
	t.Helper()
	return packfile.Member{Label: label, Manifest: read(t, data, "x").Manifest}
}

// R10: what the playbooks of a release need is held against the apps that the release installs.
func TestTogetherThreatConnect(t *testing.T) {
	t.Parallel()
	vault := func(major string) packfile.Member {
		return tcMember(t, "Vault "+major, guardIn(t, "TCPB_-_Vault_v"+major, guardMembers{"programVersion": major + ".0.4"}))
	}
	built := tcMember(t, "Feed", appBuilder(t, nil)) // TCAB_-_7a1d, 2.10.3
	bundle := tcMember(t, "Bundle", bundleOf(t,
		file{name: "a.tcx", content: string(guardIn(t, "TCPB_-_Vault_v1", nil))},
		file{name: "b.tcx", content: string(guardIn(t, "TCPB_-_Mail_v3.0", guardMembers{"programVersion": "3.0.1"}))}))
	needs := func(apps ...[2]string) packfile.Member { return tcMember(t, "Triage", callingPlaybook(t, apps...)) }
	type found struct{ Code, Path, Message string }
	for name, c := range map[string]struct {
		members []packfile.Member
		want    []found
	}{
		"all there": {members: []packfile.Member{
			needs([2]string{"TCPB - Vault v1.0", "1.3.0"}, [2]string{"TCAB - 7a1d v2", "2.0.0"}, [2]string{"tcpb_-_mail", "3.9.9"}), built, bundle,
		}},
		"two major versions, one of them right": {members: []packfile.Member{vault("1"), vault("2"), needs([2]string{"TCPB - Vault v2", "2.0.0"})}},
		"any version":                           {members: []packfile.Member{vault("2"), needs([2]string{"TCPB - Vault", "newest"})}},
		"another major version": {
			members: []packfile.Member{vault("1"), vault("2"), needs([2]string{"TCPB - Vault v3", "3.0.0"})},
			want: []found{{"TC-DEP-01", "Triage", "Triage needs “TCPB - Vault” in version 3, but the release holds " +
				"version 1 of it (Vault 1), version 2 of it (Vault 2)."}},
		},
		"not there": {
			members: []packfile.Member{vault("1"), needs([2]string{"If / Else", "1.0.0"}, [2]string{"Merge", "new"}, [2]string{"TCPB - Vault v1", "1.0.0"})},
			want:    []found{{"TC-DEP-02", "Triage", "Triage needs 2 apps that are not in this release: “If / Else” in version 1, “Merge”."}},
		},
		"one app twice": {
			members: []packfile.Member{vault("1"), bundle},
			want:    []found{{"TC-DEP-03", "Bundle", "Bundle installs the app “TCPB - Vault v1”, and so does Vault 1: the platform keeps one of them only."}},
		},
		"playbooks alone":     {members: []packfile.Member{needs(), needs()}},
		"of another platform": {members: []packfile.Member{{Label: "x", Manifest: packfile.Manifest{Platform: "plain", Needs: []packfile.Need{{Name: "a"}}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []found
			for _, f := range packfile.CheckTogether(c.members) {
				got = append(got, found{f.Code, f.Path, f.Message})
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
