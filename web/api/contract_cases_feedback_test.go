package api

import (
	"fmt"
)

func feedbackAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"listReleaseFeedback": staged(func(s *stage) attempt {
			_, r := s.told()
			return get(thePublisher, "/releases/%s/feedback?verdict=blocked", r)
		}),
		"getFeedback":     staged(func(s *stage) attempt { f, _ := s.told(); return get(theAdmin, "/feedback/%s", f) }),
		"getFeedbackFile": staged(func(s *stage) attempt { f, _ := s.told(); return get(thePublisher, "/feedback/%s/file", f) }),
		"answerFeedback": staged(func(s *stage) attempt {
			f, _ := s.told()
			return put(thePublisher, fields{"text": "A fix comes."}, "/feedback/%s/answers", f)
		}),
		"listAttachmentFeedback": staged(func(s *stage) attempt {
			s.told()
			return get(theManagedViewer, "/attachments/%s/feedback", s.attachment)
		}),
		"giveFeedback": staged(func(s *stage) attempt {
			s.tried()
			return put(theAdmin, fields{"verdict": "works", "text": "All our playbooks ran."}, "/attachments/%s/feedback", s.attachment)
		}),
	}
}

func moreFeedbackAttempts() map[string][]oneStatus {
	return map[string][]oneStatus{
		"giveFeedback": {stagedAt(201, func(s *stage) attempt {
			s.tried()
			return attempt{as: theAdmin, path: fmt.Sprintf("/attachments/%s/feedback", s.attachment), form: &form{"log.txt", []byte("line"), map[string]string{"verdict": "blocked", "text": "See the log."}}}
		})},
	}
}
