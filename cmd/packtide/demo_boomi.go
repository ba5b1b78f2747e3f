package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"packtide/packfile"
	"packtide/release"
)

// demoProcess is a Boomi process of the demo, packed with the connection that it uses. Its ids are those of the components, by
// which Boomi's tools name it.
type demoProcess struct {
	name, id                   string
	connection, connectionID   string
	connector, folder, summary string
	versions                   []demoVersion // oldest first
}

// demoProcesses are Meridian's: what tools that were made for Boomi find in the demo.
func demoProcesses() []demoProcess {
	return []demoProcess{
		{
			name: "Meridian Order Intake", id: "5b1f6f0e-8c3d-4a7e-9b52-7f1c2d9e4a10", connection: "Shop API", connectionID: "0c9a7d52-41b8-4f0e-8d6a-2e5b7f9c1a34",
			connector: "http", folder: "Meridian/Order to Cash", summary: "Fetches new orders from the shop and hands them to the ERP.",
			versions: []demoVersion{
				{132, "1.0.0", "First version for partners."},
				{80, "1.1.0", "Orders that the ERP refuses come back with its reason."},
				{3, "1.2.0", "Partial deliveries are orders of their own."},
			},
		},
		{
			name: "Meridian Invoice Export", id: "e27c4b98-6d15-4c3f-a0b9-83f6d2715ce4", connection: "Accounting SFTP", connectionID: "9f3e1b7a-5c24-4d68-b1f0-6a8d0e2c7b95",
			connector: "sftp", folder: "Meridian/Order to Cash", summary: "Writes the day's invoices as a file for the accountants.",
			versions: []demoVersion{
				{132, "1.0.0", "First version for partners."},
				{78, "1.0.1", "Credit notes have their sign again."},
				{1, "1.1.0", "Invoices can be split by cost centre."},
			},
		},
	}
}

// demoBoomiPack is released, in testing with a new version, and has a newer one yet to take.
func demoBoomiPack() demoPack {
	return demoPack{
		name: "Order to Cash", about: "Orders from the shop into the ERP and invoices back to the accountants: two Boomi processes.", multiple: true, daysAgo: 130,
		packages: []string{"Meridian Order Intake", "Meridian Invoice Export"}, groups: []string{"Pilot partners"},
		releases: []demoRelease{
			{daysAgo: 128, version: "1.0.0", notes: "The first release: order intake and invoice export."},
			{daysAgo: 75, version: "1.1.0", dueAfter: 6, notes: "Refused orders come back with the ERP's reason, and credit notes have their sign again."},
			{daysAgo: 2, version: "1.2.0", dueAfter: 9, notes: "Partial deliveries are orders of their own: check reports that count orders before the date."},
		},
	}
}

// planBoomi plans what Meridian does for its accounts that run Boomi, as it does for the others.
func (w *world) planBoomi() {
	p, pack := meridian(), demoBoomiPack()
	by := func() release.Actor { return w.people[p.mail] }
	for n, process := range demoProcesses() {
		for i, v := range process.versions {
			w.plan(v.daysAgo, 9, 40+3*n, p.zone, func(ctx context.Context) error {
				upload, err := process.upload(i)
				if err != nil {
					return err
				}
				kept, err := w.service.UploadVersion(ctx, by(), upload)
				w.packages[p.name+"/"+process.name] = kept.Package
				return err
			})
		}
	}
	w.plan(pack.daysAgo, 10, 50, p.zone, func(ctx context.Context) error { return w.makePack(ctx, by(), p, pack) })
	for _, r := range pack.releases {
		w.plan(r.daysAgo, 11, 40, p.zone, func(ctx context.Context) error { return w.decide(ctx, by(), p, pack, r) })
	}
	w.planInstalls(p, pack)
	w.plan(1, 10, 5, p.zone, func(ctx context.Context) error { return w.tryBoomi(ctx, p, pack) })
}

// tryBoomi lets the first three accounts try what is pending, and one of them say how it goes (R27, R31).
func (w *world) tryBoomi(ctx context.Context, p demoPublisher, pack demoPack) error {
	pending := w.releases[p.name+"/"+pack.name+"/"+pack.releases[len(pack.releases)-1].version]
	tries := 0
	for _, a := range demoAccounts() {
		if tries == 3 || len(w.attached[pack.name+"/"+a.name]) == 0 {
			continue
		}
		tries++
		err := w.eachAttached(pack, a, func(at release.Attachment) error {
			return w.service.OptIn(ctx, w.people[mailOf(a)], at.ID, pending, "")
		})
		if err != nil {
			return err
		}
		w.pass(20 * time.Minute)
		if tries != 2 {
			continue
		}
		word := demoWord{text: "Partial deliveries arrive as orders of their own, and our stock report agrees with them."}
		if err := w.say(ctx, pack, a, pending, word); err != nil {
			return err
		}
	}
	return nil
}

// upload is the package file of one version, inspected as an uploaded one is.
func (p demoProcess) upload(upTo int) (release.Upload, error) {
	v, fileName := p.versions[upTo], strings.ReplaceAll(strings.ToLower(p.name), " ", "-")+".zip"
	files, err := p.files(upTo)
	if err != nil {
		return release.Upload{}, err
	}
	content, err := zipped(files)
	if err != nil {
		return release.Upload{}, fmt.Errorf("pack %s: %w", fileName, err)
	}
	read, err := packfile.Inspect(bytes.NewReader(content), int64(len(content)), fileName, packfile.Options{})
	if err != nil {
		return release.Upload{}, fmt.Errorf("inspect %s: %w", fileName, err)
	}
	return release.Upload{
		Name: p.name, Version: v.version, FileName: fileName, Size: int64(len(content)), SHA256: sha256.Sum256(content),
		Content: bytes.NewReader(content), Package: read, Shareable: new(true), Notes: v.notes,
	}, nil
}

// files are the components as Boomi's API tells them, with the manifest. Each version of the package packs the next version of
// the process, and the connection as it is.
func (p demoProcess) files(upTo int) ([]file, error) {
	version := upTo + 1
	manifest, err := json.MarshalIndent(map[string]any{
		"packageId":     p.id,
		"componentInfo": []map[string]any{{"id": p.id, "version": version}, {"id": p.connectionID, "version": 1}},
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the manifest of %s: %w", p.name, err)
	}
	const begins = `<?xml version="1.0" encoding="UTF-8"?>
<bns:Component xmlns:bns="http://api.platform.boomi.com/" componentId=%q version="%d" name=%q type=%q folderFullPath=%q deleted="false" currentVersion="true" branchName="main">
  <bns:encryptedValues/>
  <bns:description>%s</bns:description>
`
	process := fmt.Sprintf(begins, p.id, version, p.name, "process", p.folder, p.summary) + fmt.Sprintf(`  <bns:object>
    <process xmlns="" allowSimultaneous="false" workload="general">
      <shapes>
        <shape image="start" name="shape1" shapetype="start" userlabel=%q x="48.0" y="48.0">
          <configuration><connectoraction connectionId=%q connectorType=%q/></configuration>
        </shape>
      </shapes>
    </process>
  </bns:object>
  <bns:processOverrides>
    <Overrides xmlns="">
      <Connections><ConnectionOverride id=%q><field id="url" label="Address" overrideable="true"/></ConnectionOverride></Connections>
    </Overrides>
  </bns:processOverrides>
</bns:Component>
`, p.versions[upTo].notes, p.connectionID, p.connector, p.connectionID)
	connection := fmt.Sprintf(begins, p.connectionID, 1, p.connection, "connector-settings", p.folder, "Where "+p.connection+" is.") + fmt.Sprintf(`  <bns:object>
    <GenericConnectionConfig xmlns="" connectorType=%q><field id="url" type="string" value=""/></GenericConnectionConfig>
  </bns:object>
</bns:Component>
`, p.connector)
	return []file{{"manifest.json", string(manifest) + "\n"}, {"components/process.xml", process}, {"components/connection.xml", connection}}, nil
}
