package notify

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"

	"packtide/release"
)

// KeySize is how many bytes the key of a vault has.
const KeySize = 32

// Vault seals secrets with AES-256-GCM: a random nonce, then what was sealed. What was sealed for one thing, or with another
// key, does not open.
type Vault struct{ aead cipher.AEAD }

var _ release.Vault = (*Vault)(nil)

// NewVault takes a key of KeySize bytes.
func NewVault(key []byte) (*Vault, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("a vault's key has %d bytes, not %d", KeySize, len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make a vault: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("make a vault: %w", err)
	}
	return &Vault{aead}, nil
}

// Seal makes another text each time.
func (v *Vault) Seal(secret []byte, of release.ID) ([]byte, error) {
	nonce := make([]byte, v.aead.NonceSize(), v.aead.NonceSize()+len(secret)+v.aead.Overhead())
	_, _ = rand.Read(nonce) // never fails: it ends the program instead
	return v.aead.Seal(nonce, nonce, secret, of[:]), nil
}

// errSealed says what an operator can do.
var errSealed = errors.New("a webhook's secret does not open: it was sealed with another PACKTIDE_SECRET_KEY; set that one again, or give the webhook a new secret")

// Open fails when the text was changed, sealed with another key, or for another thing.
func (v *Vault) Open(sealed []byte, of release.ID) ([]byte, error) {
	if len(sealed) < v.aead.NonceSize() {
		return nil, errSealed
	}
	secret, err := v.aead.Open(nil, sealed[:v.aead.NonceSize()], sealed[v.aead.NonceSize():], of[:])
	if err != nil {
		return nil, errSealed
	}
	return secret, nil
}
