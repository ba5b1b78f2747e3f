package api

import (
	"net/http"
	"time"

	"packtide/release"
)

// stretch is one stretch of time in which an attachment ran one release (R32).
type stretch struct {
	Since   time.Time          `json:"since"`
	Until   *time.Time         `json:"until"`
	Release *releaseRef        `json:"release"`
	How     release.HistoryHow `json:"how"`
	By      string             `json:"by"`
	Reason  string             `json:"reason"`
	Late    bool               `json:"late"`
}

func (s *Server) history(c *call) error {
	a, err := s.attachmentOf(c)
	if err != nil {
		return err
	}
	rows, err := s.reader.History(c.ctx(), c.actor, a.ID)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, whole(rows, stretchOf))
}

func stretchOf(h release.HistoryRow) stretch {
	return stretch{h.Since.UTC(), utc(h.Until), releaseRefOrNull(h.Release), h.How, h.By, h.Reason, h.Late}
}
