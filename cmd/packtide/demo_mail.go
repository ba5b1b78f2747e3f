package main

import (
	"context"

	"packtide/release"
)

// chooseMessages lets people of the story say what they wish to hear of by e-mail. The demo names no mail server.
func (w *world) chooseMessages(ctx context.Context) error {
	publisher := demoPublishers()[0]
	for mail, chosen := range map[string]map[release.NoticeKind]release.MailWhen{
		publisher.mail:           {release.NoticeOptedIn: release.MailNow, release.NoticeDueInWeek: release.MailDigest},
		demoPublishers()[1].mail: {release.NoticeVersionAvailable: release.MailNever},
	} {
		if err := w.service.ChooseMail(ctx, w.people[mail], chosen); err != nil {
			return err
		}
	}
	return nil
}
