package alert

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/telegram"
)

// telegramChats sends to chats of Telegram by its Bot API. shoutrrr's own sender
// takes a request that got no answer, or one that is no JSON, for a success.
type telegramChats struct {
	telegram.Config
	client *http.Client
}

func newTelegramChats(address *url.URL) (telegramChats, error) {
	t := telegramChats{telegram.Config{Preview: true, Notification: true}, &http.Client{Timeout: 10 * time.Second}}
	return t, t.SetURL(address)
}

// statusError is an answer with this HTTP status.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("status %d", int(e)) }

// telegramMessage is the request of sendMessage:
// https://core.telegram.org/bots/api#sendmessage. The text is plain, whatever
// parsemode the address asks for: names of pipelines are no markup.
type telegramMessage struct {
	Chat      string `json:"chat_id"`
	Thread    int    `json:"message_thread_id,omitempty"`
	Text      string `json:"text"`
	NoPreview bool   `json:"disable_web_page_preview"`
	Silent    bool   `json:"disable_notification"`
}

// mostTelegram is how many bytes of a message surely fit.
const mostTelegram = 4096

func (t telegramChats) send(ctx context.Context, title, body string) error {
	text := strings.ToValidUTF8(title+"\n"+body, "")
	text = strings.ToValidUTF8(text[:min(len(text), mostTelegram)], "")
	var problems []error
	for _, chat := range t.Chats {
		m := telegramMessage{Text: text, NoPreview: !t.Preview, Silent: !t.Notification}
		id, thread, _ := strings.Cut(chat, ":")
		m.Chat = id
		m.Thread, _ = strconv.Atoi(thread) // 0: the chat itself
		problems = append(problems, t.post(ctx, m))
	}
	return errors.Join(problems...)
}

func (t telegramChats) post(ctx context.Context, m telegramMessage) error {
	message, err := json.Marshal(m)
	if err != nil {
		return err
	}
	address := "https://api.telegram.org/bot" + t.Token + "/sendMessage"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(message))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := t.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return statusError(res.StatusCode)
	}
	var answer struct {
		OK bool `json:"ok"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&answer); err != nil || !answer.OK {
		return errors.New("the answer does not say that the message was taken")
	}
	return nil
}
