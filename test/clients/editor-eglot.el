;;; Emacs with eglot for one run without a person: opens $FILE with the language server of $SNIPPET, mends it, saves it, and leaves in $SEEN as
;;; JSON what a person would have seen.  -*- lexical-binding: t -*-

(package-initialize)
(require 'dockerfile-mode)
(require 'eglot)
(require 'json)
(load (getenv "SNIPPET"))
(setq eglot-sync-connect 30 make-backup-files nil)

(defun editor-wait-for (what condition)
  "Wait until CONDITION holds, or say that WHAT has not come."
  (with-timeout (30 (error "Waited 30 s for %s" what))
    (while (not (funcall condition)) (accept-process-output nil 0.05))))

(defun editor-findings ()
  "What flymake underlines, in the order of the places."
  (vconcat
   (mapcar (lambda (each)
             `((type . ,(symbol-name (flymake-diagnostic-type each)))
               (words . ,(buffer-substring-no-properties (flymake-diagnostic-beg each) (flymake-diagnostic-end each)))
               (text . ,(flymake-diagnostic-text each))))
           (sort (flymake-diagnostics) (lambda (a b) (< (flymake-diagnostic-beg a) (flymake-diagnostic-beg b)))))))

(find-file (getenv "FILE"))
(call-interactively #'eglot)
(editor-wait-for "the findings" (lambda () (= (length (flymake-diagnostics)) (string-to-number (getenv "COUNT")))))

(let ((findings (editor-findings))
      (elsewhere (mapcar (lambda (each) (cons (file-name-nondirectory (car each)) (length (cdr each)))) flymake-list-only-diagnostics)))
  (eglot-code-actions (point-min) (point-max) "source.fixAll.plimsoll" t)
  (save-buffer)
  (editor-wait-for "fewer findings" (lambda () (< (length (flymake-diagnostics)) (length findings))))
  (let ((coding-system-for-write 'utf-8)
        (left (editor-findings)))
    (with-temp-file (getenv "SEEN")
      (insert (json-encode `((emacs . ,emacs-version) (findings . ,findings) (elsewhere . ,elsewhere) (left . ,left)))))))

;; Without its question whether the server may be stopped.
(eglot-shutdown (eglot-current-server))
(kill-emacs)
